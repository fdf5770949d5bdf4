// The token that Apple Music wants: a JWT signed with ES256 (RFC 7518 §3.4) by the team's MusicKit key.

import { createPrivateKey, type KeyObject, sign } from 'node:crypto';

export interface AppleMusicKey {
  readonly keyId: string;
  readonly teamId: string;
  readonly privateKey: KeyObject;
}

// Apple allows half a year. A token that leaks is of use to others for as long as it lives: a morning is enough for us.
const livesSeconds = 6 * 3600;
const renewBeforeSeconds = 600;
// A clock that is a little ahead of Apple's would make tokens from the future.
const backdatedSeconds = 60;

/** Reads the .p8 file's content; line breaks may have become "\n" on the way through an environment. Throws when it is no P-256 key. */
export function readPrivateKey(pem: string): KeyObject {
  const key = createPrivateKey(pem.replaceAll('\\n', '\n'));
  if (key.asymmetricKeyType !== 'ec' || key.asymmetricKeyDetails?.namedCurve !== 'prime256v1') {
    throw new Error('not a P-256 key');
  }
  return key;
}

/** A function that gives a token which lives for at least ten more minutes, signing a new one when needed. */
export function developerToken({ keyId, teamId, privateKey }: AppleMusicKey, now: () => number): () => string {
  let held: { readonly token: string; readonly endsSeconds: number } | null = null;
  return () => {
    const nowSeconds = Math.floor(now() / 1000);
    if (held !== null && held.endsSeconds - renewBeforeSeconds > nowSeconds) return held.token;
    const endsSeconds = nowSeconds + livesSeconds;
    const signed = [
      { alg: 'ES256', kid: keyId, typ: 'JWT' },
      { iss: teamId, iat: nowSeconds - backdatedSeconds, exp: endsSeconds },
    ]
      .map((part) => Buffer.from(JSON.stringify(part)).toString('base64url'))
      .join('.');
    // JWTs want the two numbers of the signature side by side, not the DER that is the default.
    const signature = sign('sha256', Buffer.from(signed), { key: privateKey, dsaEncoding: 'ieee-p1363' });
    held = { token: `${signed}.${signature.toString('base64url')}`, endsSeconds };
    return held.token;
  };
}
