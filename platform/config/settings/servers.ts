// Where state lies, and which servers are used or started.

import { homedir } from 'node:os';
import { join } from 'node:path';
import { setting } from '../setting.ts';

export const servers = {
  dataDir: setting({
    variable: 'FERMATA_DATA_DIR',
    flag: 'data-dir',
    meaning: 'folder that holds all state: database, workflows, logs, addresses',
    schema: (of, base) => of.path(base),
    default: ({ folder }) => join(folder, '.fermata'),
  }),
  toolsDir: setting({
    variable: 'FERMATA_TOOLS_DIR',
    meaning: 'folder for the Temporal and Postgres programs that Fermata installs for itself',
    schema: (of, base) => of.path(base),
    default: ({ environment }) =>
      join(environment['XDG_CACHE_HOME'] || join(environment['HOME'] || homedir(), '.cache'), 'fermata', 'tools'),
  }),

  temporalAddress: setting({
    variable: 'TEMPORAL_ADDRESS',
    meaning: 'host:port of a Temporal cluster to use',
    unset: 'start an embedded one',
    schema: (of) => of.text,
  }),
  temporalNamespace: setting({
    variable: 'TEMPORAL_NAMESPACE',
    meaning: 'Temporal namespace',
    schema: (of) => of.text,
    default: 'default',
  }),
  temporalApiKey: setting({
    variable: 'TEMPORAL_API_KEY',
    meaning: 'API key for Temporal Cloud; switches TLS on',
    secret: true,
    schema: (of) => of.text,
  }),
  temporalTls: setting({
    variable: 'TEMPORAL_TLS',
    meaning: 'connect to Temporal with TLS',
    unset: 'on when an API key or a certificate is given',
    schema: (of) => of.onOrOff,
  }),
  temporalTlsServerName: setting({
    variable: 'TEMPORAL_TLS_SERVER_NAME',
    meaning: 'server name to expect in the certificate of Temporal',
    schema: (of) => of.text,
  }),
  temporalTlsCaPath: setting({
    variable: 'TEMPORAL_TLS_SERVER_CA_CERT_PATH',
    meaning: 'PEM file of the authority that signed the certificate of Temporal',
    schema: (of, base) => of.path(base),
  }),
  temporalTlsCertificatePath: setting({
    variable: 'TEMPORAL_TLS_CLIENT_CERT_PATH',
    meaning: 'PEM file of the client certificate for Temporal',
    schema: (of, base) => of.path(base),
  }),
  temporalTlsKeyPath: setting({
    variable: 'TEMPORAL_TLS_CLIENT_KEY_PATH',
    meaning: 'PEM file of the client key for Temporal',
    schema: (of, base) => of.path(base),
  }),
  databaseUrl: setting({
    variable: 'DATABASE_URL',
    meaning: 'postgres:// URL of a Postgres with pgvector to use',
    unset: 'start an embedded one',
    secret: true,
    schema: (of) => of.postgresUrl,
  }),

  temporalBinary: setting({
    variable: 'TEMPORAL_BINARY',
    meaning: 'path of the temporal program to start',
    unset: 'look for it, else install it',
    schema: (of, base) => of.path(base),
  }),
  postgresBinDir: setting({
    variable: 'FERMATA_POSTGRES_BIN_DIR',
    meaning: 'folder with the postgres and initdb programs to start (pgvector installed)',
    unset: 'look, else install',
    schema: (of, base) => of.path(base),
  }),
  temporalPort: setting({
    variable: 'FERMATA_TEMPORAL_PORT',
    flag: 'temporal-port',
    meaning: 'port of the embedded Temporal on 127.0.0.1',
    zero: 'choose a free one, 7233 first',
    schema: (of) => of.port,
    default: 0,
  }),
  uiPort: setting({
    variable: 'FERMATA_UI_PORT',
    flag: 'ui-port',
    meaning: 'port of the web UI of the embedded Temporal',
    zero: 'choose a free one, 8233 first',
    schema: (of) => of.port,
    default: 0,
  }),
  postgresPort: setting({
    variable: 'FERMATA_POSTGRES_PORT',
    flag: 'postgres-port',
    meaning: 'port of the embedded Postgres on 127.0.0.1',
    zero: 'choose a free one, 54329 first',
    schema: (of) => of.port,
    default: 0,
  }),
};
