#!/usr/bin/env node
// Check before importing anything: on an older Node the imports themselves fail, with an error that helps nobody.
if (Number(process.versions.node.split('.')[0]) < 24) {
  process.stderr.write(
    `Transom's relay needs Node 24 or newer; this is ${process.versions.node}. Install it from https://nodejs.org and try again.\n`,
  );
  process.exit(1);
}

const { runCommand } = await import('./operator/run-command.ts');
process.exitCode = await runCommand(process.argv.slice(2), process.env, {
  machine: (line) => process.stdout.write(`${line}\n`),
  people: (line) => process.stderr.write(`${line}\n`),
});

export {};
