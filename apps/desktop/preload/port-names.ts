/** Under this name the preload asks the shell for a port, the shell sends it, and the preload passes it on to the page. */
export const portName = 'transom:port';
/** From the page to its preload: somebody is listening now. */
export const askName = 'transom:ask-port';
