/**
 * Follows a vend: the server sends the progress as finished HTML whenever something happened, and we put it in place.
 * A place that says `data-final` has nothing more to tell, so we hang up. The browser reconnects by itself when the
 * line breaks; after the server refuses (closed for good) the reload link in the page comes back.
 */
export function follow(place: HTMLElement): void {
  const address = place.dataset.live
  if (!address || isFinal(place)) return

  const events = new EventSource(address)
  events.onopen = () => (place.dataset.following = '')
  events.onerror = () => events.readyState === EventSource.CLOSED && delete place.dataset.following
  events.onmessage = event => {
    show(place, event.data as string)
    if (isFinal(place)) events.close()
  }
  addEventListener('pagehide', () => events.close())
  // A page brought back by the "back" button shows the past: ask anew.
  addEventListener('pageshow', event => event.persisted && location.reload())
}

/** Swaps the progress, keeps the keyboard where it was, and says the new headline aloud, once. */
function show(place: HTMLElement, html: string): void {
  const before = headline(place)
  const focused = place.contains(document.activeElement) ? document.activeElement?.id : undefined
  place.innerHTML = html
  if (focused) document.getElementById(focused)?.focus({ preventScroll: true })

  const after = headline(place)
  const announcement = document.querySelector('[data-announce]')
  if (!announcement || !after || after === before) return
  announcement.textContent = after
  document.title = document.title.replace(before, after)
}

const headline = (place: HTMLElement) => place.querySelector('[data-headline]')?.textContent ?? ''

const isFinal = (place: HTMLElement) => place.querySelector('[data-final]') !== null
