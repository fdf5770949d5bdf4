// Words of song titles with how often each occurs in 739 titles of the Billboard Hot 100, 1958 to 1991 (McGill Billboard
// annotations, CC0): "count: words"; a line without a count goes on with the last. And how many words those titles have.

export const titleWords = `
101: the
74: you
70: i
53: love
50: a
48: me
47: to
40: in
37: of
36: my
30: on
22: it
19: baby
18: and don't
17: is
16: do
15: your
14: this want
13: way
12: get got like night right time
11: if man
10: all be for little that
9: back down eyes girl go just walk
8: again can mind one rock sweet
7: can't days have know last never out roll soul there what woman world
6: are away city come dance don from heart it's lady oh she thing too will
5: another best by doo dream good home i'm i've make need old people road somebody stand t take things true two up we with
4: blue born chicago could cry day friend hand happy hearts hello help her higher hot kiss life magic mountain music new no rain run so
  song still sunshine talk together tonight when where wild years
3: alone bad before blues care dancing done ever every feel fever forever free goes golden gone guy he's here hey high la let let's live
  living lonely long look loved lovin loving now only or over really see some standing stop tell theme think three times town treat ways
  who wish without work would
2: 1 about after ain't alive almost am amie amor angel anymore ask at been big black book bop boy brick but came carrie change child
  comes comin crazy cruisin da dark died disco does dum eight everybody everything fall fantasy feelin fine found friends full give goin
  going gonna goodbye hard has hazy heaven hold honey horses house i'll joe judy knowing ko leave liar lost lover lovers loves lucky m
  machine made maybe mercy miss monkey mony morning must n not number ob other part play promises put py rainy ready rebel red room rose
  running s say secret set shade shadow she's should side silent sky sleep smile someone something stoned storm sugar summertime superman
  surfin surrender takes tears that's there's these those through tomorrow unforgettable wanna wants was wedding were white willie wind
  yellow york you're you've
1: 1000 20 3 4 50 55 75 abacab abraham absolutely addicted adore against ago al alabama along already always amanda amazed amazes
  american an anaheim animals anne annie's anniversary answer any anybody apple arms around as association azusa battle battlefield bay
  beat beautiful because beg behind being believe believer bell belle better between billie bird bit bitch blame blow bluebirds bojangles
  bongo boogie boots boulevard bound boys brandy brass break breakdown breaking breezin broadway buffalo build burnin burning bust buy
  california call carnival caroline carpenter carry cars catch caught cecilia center cha chain chained chameleon champions chance charge
  children chiquitita christmas circle clayton close closed cold colors coming condor count country cover cowboy cowboy's crackerbox
  cried cross crying crystal cucamonga daddy's dancer dances dandelion dashboard date daydream decorated deeper delaney deserve detroit
  devil di dial diamonds dice didn't difference dirty dock dog doll dolly doors double drag drive drivin drove drug dukes dyer earring
  easier easy ebony echoes el eleanor electric elliman elvira emotion empty end enough enuff even everlasting everywhere evil eye fade
  fakin far fashioned father feeling fell fernando fight fire first flame flesh floy fly foggy fool fools foot forget forgets fortune
  frame frankenstein freak freedom freeze fun funky funny gadda galveston game garfunkel gently getaway ghostbusters gibson giving gloria
  goonies gordon gotta grange groove ground grown guest guitar gun had hair hall handy hank happened harden hazzard heartaches
  heartbreaker heaven's hendrix herd here's hero highway hill hills his hocus hometown honky hoochie hooked hour how human humpty hungry
  hurtin hurts i'd ice indiana inferno innocent inspiration invisible iron island jack james jamie jean jesse jessie's jimi jimmy's jive
  john johnny joker journey joy judge jump jungle ka karma keeps kicks kind kinda kisses knew knock kokomo koo kozmic lambada land late
  latest lay lazy leavin less lesson letter levon lifted light lightfoot lineman lips list lookin looking losing lovely lucidity lucille
  luck lyin ma maggie magnolia maker making maneater maniac many martin material may melody memphis men mi midnight mighty miles
  millionaire mirror missed misunderstanding modern monday money moon most mother motown mouth move moves mr much myself naked names
  nature navy needed needles nelson nick nightingale nights nightshift nothin's nowhere o oddity ode off ol orion orleans own palace
  paper paradise party pasa pasadena passed past patches percent perfidia persuasion philadelphia philly pinball pink place pocus police
  power press pressure pretty private proud pt quarter queen quickly r radio raining ramblin rapture reach reb redneck reelin reminiscing
  rescue reveal review rhinestone rich ride rider riders rigby rise rising rivers rock'n rocket rockin rocky roller roses ruby runaround
  sad safari sail sailor sake sally sanctify sara satisfied saturday saw scarlet schoool's seasons second seen sent september serious
  serve sewing sex sexy shack shadows shake shape shapes shock shoes shot shy sidewalk sight silence silver simon sin sister situation
  six sixteen skate smokin smoking softly somethin souls sounds southern space special spell spirit spirits spoil starshine startin
  starting stomp stoopid straight stranger strangers streets stripes stroke strong stronger sue suite sukiyaki summer sunday sunflower
  sunrise super sure surfboard survive sweat swing tail tainted talkin tangle tarzan taxi teach tear ten tender tenderness thang them
  there'll thinks threads thrill tiger till timing tonk took torn touch train trampled trembling trick trying tuff tumble tumbling turn
  twist twisting unchained under undercover unskinny upside usual venus very vibrations vida wait waiting wake walkin walking wall wander
  war warm watching water we're weak wears week weekends wendy what's wheel wheels whole why wichita wine wings winter wizard wolf women
  won't wonderful words workout worried wouldn't wrong ya year yell young yourself yvonne
`;

/** How many of the 739 titles have 1, 2, 3 … words. */
export const titleLengths = [70, 203, 159, 138, 86, 46, 24, 8, 3, 1, 1] as const;
