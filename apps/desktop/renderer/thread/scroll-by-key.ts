/** An arrow key moves on by about two lines. */
const stepPx = 56;

/** In the thread these keys scroll; elsewhere the arrows move through the list of conversations. */
export function scrollByKey(event: KeyboardEvent, toEnd: () => void): void {
  if (event.defaultPrevented || event.ctrlKey || event.metaKey || event.altKey || event.shiftKey) return;
  const box = event.currentTarget;
  if (!(box instanceof HTMLElement)) return;
  const pagePx = Math.max(stepPx, box.clientHeight - stepPx);
  switch (event.key) {
    case 'ArrowUp':
      box.scrollBy({ top: -stepPx });
      break;
    case 'ArrowDown':
      box.scrollBy({ top: stepPx });
      break;
    case 'PageUp':
      box.scrollBy({ top: -pagePx });
      break;
    case 'PageDown':
      box.scrollBy({ top: pagePx });
      break;
    case 'Home':
      box.scrollTo({ top: 0 });
      break;
    case 'End':
      toEnd();
      break;
    default:
      return;
  }
  event.preventDefault();
}
