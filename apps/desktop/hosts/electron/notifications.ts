import { announcementWords, refuse } from '@transom/shared';
import { Notification as SystemNotification } from 'electron';
import type { Notification, NotifyResult } from '../../core/ports.ts';
import { words } from './words.ts';

/** macOS cuts off a notification's text at 256 bytes (Electron 42 documentation), possibly inside a letter; we cut earlier. */
const maxMacBytes = 256;

export type SystemText = { readonly title: string; readonly body: string };

/** The words as this system wants them. Linux reads the body as markup, and what a buyer wrote must stay text there. */
export function decideText(os: string, { title, body }: SystemText): SystemText {
  if (os === 'linux')
    return { title, body: body.replaceAll('&', '&amp;').replaceAll('<', '&lt;').replaceAll('>', '&gt;') };
  return os === 'darwin' ? { title: clip(title), body: clip(body) } : { title, body };
}

function clip(text: string): string {
  if (Buffer.byteLength(text) <= maxMacBytes) return text;
  let kept = '';
  let bytes = Buffer.byteLength('…');
  for (const { segment } of new Intl.Segmenter().segment(text)) {
    bytes += Buffer.byteLength(segment);
    if (bytes > maxMacBytes) break;
    kept += segment;
  }
  return `${kept}…`;
}

/**
 * Shows what the core decided. One notification per id: a newer one replaces the older, and a click opens its
 * conversation even when the window was closed to the tray.
 */
export function installNotifications(deps: { os: string; onClick(conversationId: string | null): void }): {
  notify(notification: Notification): Promise<NotifyResult>;
  closeNotification(id: string): void;
  dispose(): void;
} {
  const shown = new Map<string, SystemNotification>();

  function closeNotification(id: string): void {
    const notification = shown.get(id);
    shown.delete(id);
    notification?.close();
  }

  return {
    async notify(notification) {
      if (!SystemNotification.isSupported()) return { ok: false, refusal: refuse('not_configured.no_notifications') };
      closeNotification(notification.id);
      const system = new SystemNotification({
        ...decideText(deps.os, announcementWords(words(), notification.said)),
        id: notification.id,
        urgency: notification.urgent ? 'critical' : 'normal',
      });
      const outcome = Promise.withResolvers<NotifyResult>();
      system.on('show', () => outcome.resolve({ ok: true }));
      system.on('failed', (_event, error) =>
        outcome.resolve({ ok: false, refusal: refuse('not_configured.notification_failed', { words: error }) }),
      );
      system.on('click', () => deps.onClick(notification.conversationId));
      system.on('close', () => {
        if (shown.get(notification.id) === system) shown.delete(notification.id);
      });
      shown.set(notification.id, system);
      system.show();
      return Promise.race([outcome.promise, shownSilently()]);
    },
    closeNotification,
    dispose() {
      for (const id of shown.keys()) closeNotification(id);
    },
  };
}

/** Some Linux desktops show a notification and never report it; after this time without a failure it counts as shown. */
const silenceMs = 2_000;

function shownSilently(): Promise<NotifyResult> {
  return new Promise((resolve) => void setTimeout(() => resolve({ ok: true }), silenceMs).unref());
}
