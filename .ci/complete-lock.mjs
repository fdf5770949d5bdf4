// Adds to package-lock.json the optional packages of other platforms that npm left out.
//
// npm drops an optional dependency from the lock file when the registry that it asked does not have that version (mirrors that
// lag behind lack packages of rarer platforms), and `npm ci` then refuses the lock file as incomplete. The version is pinned by the package
// that depends on it, so the entry can be written without the registry: run this after `npm install`.

import { readFileSync, writeFileSync } from 'node:fs';

const path = new URL('../package-lock.json', import.meta.url);
const lock = JSON.parse(readFileSync(path, 'utf8'));
const systems = {
  darwin: 'darwin',
  linux: 'linux',
  win32: 'win32',
  android: 'android',
  freebsd: 'freebsd',
  openharmony: 'openharmony',
  sunos: 'sunos',
  netbsd: 'netbsd',
  openbsd: 'openbsd',
  aix: 'aix',
};
const processors = {
  x64: 'x64',
  arm64: 'arm64',
  ia32: 'ia32',
  arm: 'arm',
  ppc64: 'ppc64',
  ppc64le: 'ppc64',
  s390x: 's390x',
  riscv64: 'riscv64',
  loong64: 'loong64',
  mips64el: 'mips64el',
};

let added = 0;
for (const [place, entry] of Object.entries({ ...lock.packages })) {
  for (const [name, version] of Object.entries(entry.optionalDependencies ?? {})) {
    if (!/^\d+\.\d+\.\d+/.test(version)) continue;
    // Where npm would look for it from here: the nearest node_modules upwards.
    let folder = place;
    let found = false;
    for (;;) {
      if (lock.packages[`${folder === '' ? '' : `${folder}/`}node_modules/${name}`] !== undefined) found = true;
      if (found || folder === '') break;
      folder = folder.includes('node_modules/')
        ? folder.slice(0, folder.lastIndexOf('node_modules/')).replace(/\/$/, '')
        : '';
    }
    if (found) continue;
    const words = name.split(/[/-]/);
    const os = words.map((word) => systems[word]).find((word) => word !== undefined);
    const cpu = words.map((word) => processors[word]).find((word) => word !== undefined);
    if (os === undefined || cpu === undefined) continue;
    const libc = words.includes('musl') || words.includes('musleabihf') ? 'musl' : os === 'linux' ? 'glibc' : undefined;
    lock.packages[`node_modules/${name}`] = {
      version,
      cpu: [cpu],
      ...(entry.dev ? { dev: true } : {}),
      ...(libc === undefined ? {} : { libc: [libc] }),
      optional: true,
      os: [os],
    };
    added += 1;
  }
}
lock.packages = Object.fromEntries(Object.entries(lock.packages).sort(([a], [b]) => (a < b ? -1 : a > b ? 1 : 0)));
writeFileSync(path, `${JSON.stringify(lock, null, 2)}\n`);
console.log(`${added} entries added`);
