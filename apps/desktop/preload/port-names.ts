/** The page asks for its port by this name, the shell sends the port by it, and the preload passes it on by it. */
export const portName = 'transom:port';
/** Between the page and its preload: somebody listens now. */
export const askName = 'transom:ask-port';
