/**
 * Two ends of one ordered text channel: a message port in Electron, a WebSocket in the browser host. Text, because
 * both carry it and because what crosses must be plain data.
 */
export interface Channel {
  post(text: string): void;
  onMessage(listener: (text: string) => void): void;
  onClose(listener: () => void): void;
}
