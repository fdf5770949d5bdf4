// The search attributes by which sounds are listed and counted. Stored in clear text by the server: no personal data.

import { defineSearchAttributeKey, SearchAttributeType } from '@temporalio/common';

export const attributes = {
  status: defineSearchAttributeKey('FermataStatus', SearchAttributeType.KEYWORD),
  platform: defineSearchAttributeKey('FermataPlatform', SearchAttributeType.KEYWORD),
  isrc: defineSearchAttributeKey('FermataIsrc', SearchAttributeType.KEYWORD),
  matchedBy: defineSearchAttributeKey('FermataMatchedBy', SearchAttributeType.KEYWORD),
  confidence: defineSearchAttributeKey('FermataConfidence', SearchAttributeType.DOUBLE),
  attempts: defineSearchAttributeKey('FermataAttempts', SearchAttributeType.INT),
  nextAttempt: defineSearchAttributeKey('FermataNextAttempt', SearchAttributeType.DATETIME),
  releaseDate: defineSearchAttributeKey('FermataReleaseDate', SearchAttributeType.DATETIME),
  waitingFor: defineSearchAttributeKey('FermataWaitingFor', SearchAttributeType.KEYWORD_LIST),
} as const;

/** Names and types as a server wants them registered. */
export const searchAttributes: Readonly<Record<string, 'Keyword' | 'KeywordList' | 'Double' | 'Int' | 'Datetime'>> = {
  FermataStatus: 'Keyword',
  FermataPlatform: 'Keyword',
  FermataIsrc: 'Keyword',
  FermataMatchedBy: 'Keyword',
  FermataConfidence: 'Double',
  FermataAttempts: 'Int',
  FermataNextAttempt: 'Datetime',
  FermataReleaseDate: 'Datetime',
  FermataWaitingFor: 'KeywordList',
};
