/**
 * A process that trains a run and prints each step as soon as it is reported: `node train-run.mjs OPTIONS`, with the options of
 * `openTraining` as JSON.
 */
import { openTraining } from '../../dist/session/train-session.js';

const session = await openTraining(JSON.parse(process.argv[2] ?? '{}'));
session.reports.subscribe({ next: ({ step }) => process.stdout.write(`${step}\n`), error: () => undefined });
session.events.subscribe(({ message }) => process.stderr.write(`${message}\n`));
await session.done;
process.exit(0);
