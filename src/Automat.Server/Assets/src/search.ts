// The search over any page. Ctrl-K or "/" opens it, arrows go through what was found, Enter follows the first.

/** Makes the dialog of the page, where there is one, answer while somebody types. */
export function search(): void {
  const dialog = document.querySelector<HTMLDialogElement>('dialog[data-search]')
  const input = dialog?.querySelector('input')
  const place = dialog?.querySelector<HTMLElement>('#search-hits')
  if (!dialog || !input || !place) return

  const open = () => {
    if (!dialog.open) dialog.showModal()
    input.focus()
    input.select()
  }
  document.querySelectorAll('[data-search-open]').forEach(link => link.addEventListener('click', event => {
    event.preventDefault()
    open()
  }))
  dialog.querySelector('[data-search-close]')?.addEventListener('click', () => dialog.close())
  document.addEventListener('keydown', event => {
    const isShortcut = (event.key === 'k' && (event.ctrlKey || event.metaKey)) || (event.key === '/' && !isTyping(event.target))
    if (!isShortcut || event.altKey) return
    event.preventDefault()
    open()
  })

  const hits = () => [...place.querySelectorAll<HTMLAnchorElement>('a')]
  dialog.addEventListener('keydown', event => {
    if (event.key === 'Escape') {
      event.preventDefault() // a field for searching would take the first one for itself, to empty it
      dialog.close()
    }
    if (event.key !== 'ArrowDown' && event.key !== 'ArrowUp') return
    event.preventDefault()
    const stops: HTMLElement[] = [input, ...hits()]
    const at = stops.indexOf(document.activeElement as HTMLElement)
    stops[(at + (event.key === 'ArrowDown' ? 1 : -1) + stops.length) % stops.length]?.focus()
  })
  dialog.querySelector('form')?.addEventListener('submit', event => {
    const first = hits()[0]
    if (!first || place.dataset.of !== input.value.trim()) return // not answered yet: the page of the search does
    event.preventDefault()
    location.assign(first.href)
  })

  let asked = new AbortController()
  let pause = 0
  input.addEventListener('input', () => {
    clearTimeout(pause)
    asked.abort()
    asked = new AbortController()
    pause = window.setTimeout(() => void find(dialog.dataset.search ?? '', input.value.trim(), place, asked.signal), 150)
  })
}

async function find(address: string, text: string, place: HTMLElement, signal: AbortSignal): Promise<void> {
  try {
    const answer = await fetch(`${address}?q=${encodeURIComponent(text)}`, { headers: { 'HX-Request': 'true' }, signal })
    // Whoever has been signed out meanwhile is led to the page, which asks them to sign in.
    if (!answer.ok || answer.redirected) return location.assign(`${address}?q=${encodeURIComponent(text)}`)
    place.innerHTML = await answer.text()
    place.dataset.of = text
  } catch (error) {
    if (!signal.aborted) throw error
  }
}

const isTyping = (target: EventTarget | null) =>
  target instanceof HTMLElement && (target.isContentEditable || /^(INPUT|TEXTAREA|SELECT)$/.test(target.tagName))
