// What the benchmark's voices say. Voices of other languages read it with their own sounds, which is all that matters here.

export const sentences: readonly string[] = [
  'Okay so nobody told me that this would happen, but here we are, and I have to show you what I found this morning.',
  'Wait for the end, because the last part is the best, and I promise that you will want to watch it again.',
  'First you cut the onions, then you let them cook slowly in butter until they are golden and soft.',
  'My sister called me yesterday and asked whether I could drive her to the airport before six.',
  'This is the third time this week that the train is late, and everybody on the platform is laughing about it.',
  'If you have a dog, try this trick at home, it took us only ten minutes to learn.',
  'We walked up the mountain for four hours, and when we came to the top there was nothing to see but fog.',
  'Put the phone down for a moment, take a deep breath, and listen to what she is saying.',
  'I bought these shoes for twelve at the flea market, and they turned out to be older than my grandmother.',
  'The teacher looked at him for a long time and then said that the answer had been right all along.',
  'Let me know in the comments which of the three you would choose, and why.',
  'Today I am going to paint this whole room in one colour, and you will see how different it looks.',
];
