// How to reach any Temporal. A file of its own: commands that only read load this, and not all that starts servers (0.12 of their 0.26
// CPU-seconds).

import { readFileSync } from 'node:fs';
import type { ConnectionOptions } from '@temporalio/client';
import type { Config } from '../config/index.ts';

/**
 * Options for `Connection.connect` and `NativeConnection.connect` alike: address, API key, TLS with its certificates.
 * A server on this machine gets neither key nor TLS unless TEMPORAL_TLS asks for it: the settings for a cluster elsewhere
 * may be in the environment while the embedded server is used.
 */
export function temporalConnectionOptions(
  config: Config,
  address: string,
): Pick<ConnectionOptions, 'address' | 'apiKey' | 'tls'> {
  const isHere = /^(127\.|localhost:|\[::1\])/.test(address);
  if (isHere && config.temporalTls !== true) return { address };
  const certificate = config.temporalTlsCertificatePath;
  const key = config.temporalTlsKeyPath;
  const wanted =
    config.temporalTls ?? (config.temporalApiKey !== null || certificate !== null || config.temporalTlsCaPath !== null);
  return {
    address,
    ...(config.temporalApiKey === null ? {} : { apiKey: config.temporalApiKey }),
    ...(!wanted
      ? {}
      : {
          tls: {
            ...(config.temporalTlsServerName === null ? {} : { serverNameOverride: config.temporalTlsServerName }),
            ...(config.temporalTlsCaPath === null
              ? {}
              : { serverRootCACertificate: readFileSync(config.temporalTlsCaPath) }),
            ...(certificate === null || key === null
              ? {}
              : { clientCertPair: { crt: readFileSync(certificate), key: readFileSync(key) } }),
          },
        }),
  };
}
