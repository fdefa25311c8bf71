/**
 * The browser host: the desk's core in this process, its window in any browser of this computer. Nothing is imported
 * before the version is checked, because the database's binary crashes older ones silently.
 */
const major = Number(process.versions.node.split('.')[0]);
if (major < 24) {
  process.stderr.write(
    `Transom needs Node 24 or newer, and this is ${process.versions.node}: install it and start again.\n`,
  );
  process.exit(1);
}
const { run } = await import('./run.ts');
await run(process.argv.slice(2));

export {};
