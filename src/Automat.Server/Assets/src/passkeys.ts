// Passkeys: the browser asks its owner, the form carries the answer. Where there are none, the forms stay hidden.

/** Shows the forms that work with passkeys and lets them ask the browser before they are sent. */
export function passkeys(): void {
  const able = window.isSecureContext && hasName(location.hostname) && 'PublicKeyCredential' in window
    && typeof PublicKeyCredential.parseRequestOptionsFromJSON === 'function'
  if (!able) return
  document.querySelectorAll<HTMLElement>('[data-without-passkeys]').forEach(note => { note.hidden = true })
  document.querySelectorAll<HTMLFormElement>('form[data-passkey]').forEach(form => {
    form.hidden = false
    form.addEventListener('submit', event => {
      event.preventDefault()
      void ask(form)
    })
  })
}

/** A passkey belongs to a domain; browsers refuse to make one for a bare address. */
function hasName(host: string): boolean {
  return !/^[\d.]+$|^\[/.test(host)
}

async function ask(form: HTMLFormElement): Promise<void> {
  const failed = form.querySelector<HTMLElement>('[data-failed]')
  if (failed) failed.hidden = true
  try {
    const answer = await fetch(form.dataset.options ?? '', { method: 'POST', body: new URLSearchParams(token(form)) })
    if (!answer.ok) throw new Error(`options: ${answer.status}`)
    const options = await answer.json()
    const credential = form.dataset.passkey === 'create'
      ? await navigator.credentials.create({ publicKey: PublicKeyCredential.parseCreationOptionsFromJSON(options) })
      : await navigator.credentials.get({ publicKey: PublicKeyCredential.parseRequestOptionsFromJSON(options) })
    if (!(credential instanceof PublicKeyCredential)) throw new Error('no credential')
    const field = form.elements.namedItem('credential')
    if (!(field instanceof HTMLInputElement)) throw new Error('no field')
    field.value = JSON.stringify(credential.toJSON())
    form.submit()
  } catch {
    // The owner said no, or has none for this place: the other ways stay open.
    if (failed) failed.hidden = false
  }
}

function token(form: HTMLFormElement): Record<string, string> {
  const field = form.elements.namedItem('__RequestVerificationToken')
  return { __RequestVerificationToken: field instanceof HTMLInputElement ? field.value : '' }
}
