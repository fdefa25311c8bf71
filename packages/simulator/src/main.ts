// Import nothing but this check here: an older Node would fail on other imports before it could say why.
const [major = 0] = process.versions.node.split('.').map(Number);
if (major < 24) {
  process.stderr.write(`The simulator needs Node 24 or newer; this is Node ${process.versions.node}.\n`);
  process.exitCode = 1;
} else {
  const { run } = await import('./command.ts');
  process.exitCode = await run(process.argv.slice(2));
}
