/**
 * Follows a vend: the server sends the progress as finished HTML whenever something happened, and we put it in place.
 * A place that says `data-final` has nothing more to tell, so we hang up. The browser reconnects by itself when the
 * line breaks; after the server refuses (closed for good) the reload link in the page is what is left.
 */
export function follow(place: HTMLElement): void {
  const address = place.dataset.live
  if (!address || isFinal(place)) return

  const events = new EventSource(address)
  events.onmessage = event => {
    place.innerHTML = event.data as string
    if (isFinal(place)) events.close()
  }
  place.dataset.following = ''
  addEventListener('pagehide', () => events.close())
  // A page brought back by the "back" button shows the past: ask anew.
  addEventListener('pageshow', event => event.persisted && location.reload())
}

const isFinal = (place: HTMLElement) => place.querySelector('[data-final]') !== null
