// "Tell me on this device": asks the browser, then tells the server where this device can be reached.

/** Brings the button to life where the browser can, and where nobody has forbidden it. */
export function push(form: HTMLFormElement): void {
  if (!('serviceWorker' in navigator && 'PushManager' in window && 'Notification' in window)) return
  if (Notification.permission === 'denied') return
  const on = form.querySelector<HTMLButtonElement>('[data-on]')!
  const off = form.querySelector<HTMLButtonElement>('[data-off]')!
  const said = form.querySelector<HTMLElement>('[data-said]')!

  const show = (following: boolean): void => {
    const focused = form.contains(document.activeElement)
    on.hidden = following
    off.hidden = !following
    if (focused) (following ? off : on).focus()
  }
  const say = (word: 'done' | 'ended' | 'refused' | 'failed'): void => {
    said.textContent = form.getAttribute(`data-said-${word}`)
  }

  const done = (following: boolean): void => {
    // A page that lists devices shows its list as it is now.
    if (form.dataset.then) return location.assign(`${form.dataset.then}?done=${following ? 'named' : 'forgotten'}`)
    show(following)
    say(following ? 'done' : 'ended')
  }

  /** The form as it would be sent, with the token that proves whose page it is, and the device beside it. */
  const send = async (way: string, device: PushSubscription | null): Promise<Response> => {
    const keys: Record<string, string> = device?.toJSON().keys ?? {}
    const fields = new URLSearchParams({ endpoint: device?.endpoint ?? '', p256dh: keys.p256dh ?? '', auth: keys.auth ?? '' })
    new FormData(form).forEach((value, name) => typeof value === 'string' && fields.set(name, value))
    const answer = await fetch(form.getAttribute('action') + way, { method: 'POST', body: fields, headers: { Accept: 'application/json' } })
    if (!answer.ok) throw new Error(`The server answered ${answer.status}.`)
    return answer
  }
  const look = async (device: PushSubscription | null): Promise<{ key: string, following: boolean }> => (await send('/look', device)).json()

  const follow = async (): Promise<void> => {
    if (await Notification.requestPermission() !== 'granted') return say('refused')
    await navigator.serviceWorker.register('/sw.js')
    const { pushManager } = await navigator.serviceWorker.ready
    const { key } = await look(null)
    const applicationServerKey = bytes(key)
    let device = await pushManager.getSubscription()
    if (device && !isSame(device.options.applicationServerKey, applicationServerKey)) {
      await device.unsubscribe() // it was allowed with a key that is no longer in use
      device = null
    }
    device ??= await pushManager.subscribe({ userVisibleOnly: true, applicationServerKey })
    await send('', device)
    done(true)
  }

  // The browser keeps its subscription: other purchases may be told of with it.
  const end = async (): Promise<void> => {
    await send('/off', await known())
    done(false)
  }

  form.addEventListener('submit', async event => {
    event.preventDefault()
    if (form.ariaBusy === 'true') return
    form.ariaBusy = 'true'
    said.textContent = ''
    try {
      await ((event as SubmitEvent).submitter === off ? end() : follow())
    } catch {
      say('failed')
    } finally {
      form.ariaBusy = null
    }
  })

  form.hidden = false
  if (Notification.permission === 'granted') {
    void known().then(async device => device && show((await look(device)).following)).catch(() => undefined)
  }
}

/** What this browser can be reached by already; null while it cannot. */
async function known(): Promise<PushSubscription | null> {
  const registration = await navigator.serviceWorker.getRegistration()
  return await registration?.pushManager.getSubscription() ?? null
}

function bytes(base64url: string): Uint8Array<ArrayBuffer> {
  return Uint8Array.from(atob(base64url.replace(/-/g, '+').replace(/_/g, '/')), c => c.charCodeAt(0))
}

function isSame(held: ArrayBuffer | null, wanted: Uint8Array): boolean {
  if (!held) return false
  const known = new Uint8Array(held)
  return known.length === wanted.length && known.every((byte, at) => byte === wanted[at])
}
