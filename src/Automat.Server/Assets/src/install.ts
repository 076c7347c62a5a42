// The shop as an app: keeps its shell on the phone, and says when there is a new version.

/** Registers the worker, and shows the bar once a new version waits. */
export function install(bar: HTMLElement): void {
  if (!('serviceWorker' in navigator)) return
  let wanted = false
  navigator.serviceWorker.addEventListener('controllerchange', () => wanted && location.reload())
  addEventListener('load', async () => {
    const registration = await navigator.serviceWorker.register('/sw.js').catch(() => null)
    if (!registration) return // private windows and strict settings: pages work without it
    const offer = (): void => {
      // The first version replaces nothing.
      if (!registration.waiting || !navigator.serviceWorker.controller) return
      bar.hidden = false
      bar.querySelector('button')?.addEventListener('click', () => {
        wanted = true
        registration.waiting?.postMessage('go')
      }, { once: true })
    }
    offer()
    registration.addEventListener('updatefound', () =>
      registration.installing?.addEventListener('statechange', event => {
        if ((event.target as ServiceWorker).state === 'installed') offer()
      }))
  })
}
