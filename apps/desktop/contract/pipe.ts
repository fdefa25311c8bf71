/**
 * Two ends of one ordered text pipe: a message port in Electron, a WebSocket in the browser host. Text, because
 * both carry it and because what crosses must be plain data.
 */
export interface Pipe {
  post(text: string): void;
  onMessage(listener: (text: string) => void): void;
  onClose(listener: () => void): void;
}
