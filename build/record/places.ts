/** Where a recorded version is, from the repository's root. */
export function placesOf(version: number) {
  const shared = `packages/shared/src/recorded/v${version}`;
  const relay = 'apps/relay/src/store/sqlite/recorded';
  const desk = 'apps/desktop/core/cache/recorded';
  return {
    conversation: `${shared}/conversation.json`,
    documents: `${shared}/documents`,
    http: `${shared}/http`,
    relay,
    relayDatabase: `${relay}/v${version}.sql`,
    /** Made for the recording: it opens the simulator's tokens in that database and nothing else. */
    masterKey: `${relay}/v${version}.master.key`,
    desk,
    deskCache: `${desk}/v${version}-cache.sql`,
    deskLocal: `${desk}/v${version}-local.sql`,
  };
}
