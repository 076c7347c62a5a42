// Runs beside the pages. Keeps the shell and pictures, and nothing else: prices, stock, whatever is somebody's own and
// whatever is sent goes to the server each time. Without a connection it shows one page that says so.

interface Extendable extends Event { waitUntil(work: Promise<unknown>): void }
interface Pushed extends Extendable { readonly data: { json(): unknown } | null }
interface Said { title: string; body?: string; url: string; tag?: string; lang?: string }
interface Clicked extends Extendable { readonly notification: Notification }
interface Page { readonly url: string; focus(): Promise<unknown> }
interface Fetching extends Extendable { readonly request: Request; respondWith(answer: Promise<Response>): void }
interface ShellWorker extends EventTarget {
  readonly shell: string[]
  readonly version: string
  readonly clients: {
    claim(): Promise<void>
    matchAll(which: { type: 'window', includeUncontrolled: boolean }): Promise<readonly Page[]>
    openWindow(url: string): Promise<unknown>
  }
  readonly registration: ServiceWorkerRegistration
  skipWaiting(): Promise<void>
}

const worker = self as unknown as ShellWorker
const kept = `automat-${worker.version}`
const pictures = 'automat-pictures'
const mostPictures = 150
const offline = '/offline'

worker.addEventListener('install', event => (event as Extendable).waitUntil(
  caches.open(kept).then(cache => cache.addAll(worker.shell.map(path => new Request(path, { cache: 'reload' }))))))

worker.addEventListener('activate', event => (event as Extendable).waitUntil((async () => {
  for (const name of await caches.keys()) {
    if (name.startsWith('automat-') && name !== kept && name !== pictures) await caches.delete(name)
  }
  await worker.clients.claim()
})()))

// What the server tells this device. Every push must be shown; one that cannot be read still says that there is news.
worker.addEventListener('push', event => {
  const push = event as Pushed
  const said = read(push.data)
  push.waitUntil(worker.registration.showNotification(said.title, {
    body: said.body,
    tag: said.tag,
    lang: said.lang,
    icon: '/images/icons/icon-192.png',
    data: said.url,
  }))
})

worker.addEventListener('notificationclick', event => {
  const click = event as Clicked
  click.notification.close()
  click.waitUntil(lead(click.notification.data as string))
})

// A new version waits until somebody wants it: no page changes under anybody's hands.
worker.addEventListener('message', event => {
  if ((event as MessageEvent).data === 'go') void worker.skipWaiting()
})

worker.addEventListener('fetch', event => {
  const { request } = event as Fetching
  const { origin, pathname } = new URL(request.url)
  if (request.method !== 'GET' || origin !== location.origin) return
  if (request.mode === 'navigate') {
    if (!/^\/(panel|account|sign-in|api)\b/.test(pathname)) (event as Fetching).respondWith(page(request))
  } else if (/^\/assets\//.test(pathname)) (event as Fetching).respondWith(held(request, kept))
  else if (/^\/pictures\//.test(pathname)) (event as Fetching).respondWith(held(request, pictures))
  else if (/^\/images\//.test(pathname)) (event as Fetching).respondWith(shown(event as Fetching))
})

function read(data: Pushed['data']): Said {
  const nothing = { title: 'Automat', url: '/' }
  try {
    const said = data?.json() as Said | undefined
    return typeof said?.title === 'string' && typeof said.url === 'string' ? said : nothing
  } catch {
    return nothing
  }
}

/** Opens a page of ours, or brings it to the front where it is open. */
async function lead(path: string): Promise<void> {
  const wanted = new URL(path, location.origin)
  const { href } = wanted.origin === location.origin ? wanted : new URL('/', location.origin)
  const open = await worker.clients.matchAll({ type: 'window', includeUncontrolled: true })
  await (open.find(one => one.url === href)?.focus() ?? worker.clients.openWindow(href))
}

async function page(request: Request): Promise<Response> {
  try {
    return await fetch(request)
  } catch (lost) {
    const answer = await caches.match(offline)
    if (answer) return answer
    throw lost
  }
}

/** What is named after its content never changes. */
async function held(request: Request, name: string): Promise<Response> {
  return (await caches.match(request)) ?? renew(request, name)
}

/** A drawing may be drawn anew: it is shown as it was, and the next time as it is. */
async function shown(event: Fetching): Promise<Response> {
  const renewed = renew(event.request, pictures)
  const known = await caches.match(event.request)
  if (!known) return renewed
  event.waitUntil(renewed.catch(() => undefined))
  return known
}

async function renew(request: Request, name: string): Promise<Response> {
  const answer = await fetch(request)
  if (answer.status === 200) {
    const cache = await caches.open(name)
    await cache.put(request, answer.clone())
    if (name === pictures) await trim(cache)
  }
  return answer
}

async function trim(cache: Cache): Promise<void> {
  const all = await cache.keys()
  for (const old of all.slice(0, Math.max(0, all.length - mostPictures))) await cache.delete(old)
}
