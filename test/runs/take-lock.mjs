// Takes the lock of a run folder as soon as the file `go` is there, says what came of it, and holds it until its input ends.
import { existsSync } from 'node:fs';
import { RunFolder } from '../../dist/runs/run-folder.js';

const [folder, go] = process.argv.slice(2);
process.stdout.write('ready\n');
while (!existsSync(go)) Atomics.wait(new Int32Array(new SharedArrayBuffer(4)), 0, 0, 1);
try {
  RunFolder.open(folder);
  process.stdout.write('owner\n');
} catch (error) {
  process.stdout.write(`${error.code} ${error.message}\n`);
}
process.stdin.resume();
process.stdin.on('end', () => process.exit());
