import { contextBridge, ipcRenderer } from 'electron';
import { askName, portName } from './port-names.ts';

/**
 * The preload's one job: the page gets a message port to the core and nothing else. It sees `window.transom.onPort`,
 * frozen; no Electron object, no event and no channel name reaches it.
 *
 * A port cannot cross the context bridge; only `window.postMessage` carries it into the page's world. So `onPort` is made
 * there, and the steps are: the page listens and asks → the preload asks the shell → the shell checks who asks and sends
 * a port → the preload passes it on. After a restart of the core a new port arrives without being asked for.
 */
contextBridge.executeInMainWorld({ func: exposeOnPort, args: [portName, askName] });

window.addEventListener('message', (event) => {
  if (event.source === window && event.data === askName) ipcRenderer.send(portName);
});

ipcRenderer.on(portName, (event) => {
  window.postMessage(portName, window.location.origin, event.ports);
});

/** Runs in the page's world from its own source text: it may use its arguments and the page's globals only. */
function exposeOnPort(port: string, ask: string): void {
  const onPort = (listener: (port: MessagePort) => void): void => {
    window.addEventListener('message', (event) => {
      const [first] = event.ports;
      if (event.source === window && event.data === port && first !== undefined) listener(first);
    });
    window.postMessage(ask, window.location.origin);
  };
  Object.defineProperty(window, 'transom', {
    value: Object.freeze({ onPort: Object.freeze(onPort) }),
    enumerable: true,
  });
}
