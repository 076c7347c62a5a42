// The editor of a machine's layout. What a drag does is what its buttons do: the same forms are sent, without leaving the page.
import type Sortable from 'sortablejs'

const quiet = 300 // milliseconds without a key until what was typed is looked at

/** Brings the editor to life, where the page has one. */
export async function planogram(): Promise<void> {
  if (!place()) return
  const { default: Dragging } = await import('sortablejs')
  document.addEventListener('submit', event => void sent(event))
  document.addEventListener('click', event => void clicked(event))
  document.addEventListener('input', typed)
  begin(Dragging)

  /** The server answered with the page as it is now: the editor in it takes the place of ours. */
  async function show(answer: Response, focus: string | undefined): Promise<void> {
    const page = new DOMParser().parseFromString(await answer.text(), 'text/html')
    const next = page.getElementById('planogram')
    const now = place()
    if (!next || !now) return location.reload() // signed out, or gone
    const chosen = document.querySelector<HTMLInputElement>('input[name="product"]:checked')?.value
    now.replaceWith(document.adoptNode(next))
    if (chosen) next.querySelector<HTMLInputElement>(`input[name="product"][value="${CSS.escape(chosen)}"]`)?.setAttribute('checked', '')
    begin(Dragging)
    const target = next.querySelector<HTMLElement>('[autofocus]') ?? (focus ? document.getElementById(focus) : null) ?? next
    target.focus({ preventScroll: target === next })
    const said = document.getElementById('planogram-said')
    if (said) said.textContent = next.querySelector('.notice')?.textContent?.trim() ?? ''
  }

  async function sent(event: SubmitEvent): Promise<void> {
    const form = event.target
    if (!(form instanceof HTMLFormElement) || !form.closest('#planogram') || event.defaultPrevented) return
    const button = event.submitter instanceof HTMLButtonElement ? event.submitter : null
    if ('find' in form.dataset) {
      event.preventDefault()
      return find(form)
    }

    if (!('swap' in form.dataset)) return
    event.preventDefault()
    const focus = button?.id || document.activeElement?.id
    const address = button?.hasAttribute('formaction') ? button.formAction : form.action
    await busy(async () => show(await fetch(address, { method: 'POST', body: new FormData(form, button) }), focus))
  }

  async function clicked(event: MouseEvent): Promise<void> {
    const target = event.target instanceof Element ? event.target : null
    const all = target?.closest<HTMLElement>('[data-select]')
    if (all) {
      const on = all.dataset.select === 'all'
      place()?.querySelectorAll<HTMLInputElement>('input[name="codes"]').forEach(box => (box.checked = on))
      return
    }

    const link = target?.closest('a[data-swap]')
    if (!(link instanceof HTMLAnchorElement) || event.ctrlKey || event.metaKey || event.shiftKey) return
    event.preventDefault()
    await busy(async () => show(await fetch(link.href), link.id))
  }
}

/** Everything a fresh editor needs: shelves to drag from, wells to drag to, what only scripts can do. */
function begin(dragging: typeof Sortable): void {
  const editor = place()
  if (!editor) return
  editor.querySelectorAll<HTMLElement>('[data-select]').forEach(button => (button.hidden = false))
  // Pointers, not the browser's own dragging: that works with a finger, too. A finger that scrolls does not drag.
  const common: Sortable.Options = {
    sort: false, forceFallback: true, fallbackOnBody: true, fallbackTolerance: 5, delay: 180, delayOnTouchOnly: true,
    ghostClass: 'drag-ghost', chosenClass: 'drag-chosen', dragClass: 'drag-moving', onEnd: dropped,
  }
  const shelf = editor.querySelector<HTMLElement>('[data-shelf]')
  if (!shelf) return // it is only looked at
  dragging.create(shelf, { ...common, group: { name: 'slots', pull: 'clone', put: false }, draggable: '[data-product]' })
  for (const well of editor.querySelectorAll<HTMLElement>('[data-well]')) {
    dragging.create(well, { ...common, group: { name: 'slots', pull: true, put: true }, draggable: '[data-goods]' })
  }
}

/** Goods were let go: over another place the form for that is sent; anywhere else they return by themselves. */
function dropped(event: Sortable.SortableEvent): void {
  const to = event.to.dataset.well
  if (!to || event.from === event.to) return
  const product = event.item.dataset.product
  const form = product ? fill('drop', { product, code: to }) : fill('swap', { from: event.from.dataset.well ?? '', to })
  form?.requestSubmit()
}

function fill(id: string, values: Record<string, string>): HTMLFormElement | null {
  const form = document.getElementById(id)
  if (!(form instanceof HTMLFormElement)) return null
  for (const [name, value] of Object.entries(values)) {
    const field = form.elements.namedItem(name)
    if (field instanceof HTMLInputElement) field.value = value
  }

  return form
}

let waiting: ReturnType<typeof setTimeout> | undefined

/** What is typed is looked at once the keys rest: products on the shelf, numbers of a slot. */
function typed(event: Event): void {
  const field = event.target
  if (!(field instanceof HTMLInputElement) || !field.form?.closest('#planogram')) return
  const form = field.form
  if (!('find' in form.dataset) && !form.dataset.check) return
  clearTimeout(waiting)
  waiting = setTimeout(() => void ('find' in form.dataset ? find(form) : check(form)), quiet)
}

async function check(form: HTMLFormElement): Promise<void> {
  const answer = await fetch(form.dataset.check!, { method: 'POST', body: new FormData(form) })
  const result = form.querySelector<HTMLElement>('[data-check-result]')
  if (result && answer.ok && form.isConnected) result.innerHTML = await answer.text()
}

async function find(form: HTMLFormElement): Promise<void> {
  const address = new URL(form.action)
  address.search = new URLSearchParams(new FormData(form) as unknown as Record<string, string>).toString()
  const page = new DOMParser().parseFromString(await (await fetch(address)).text(), 'text/html')
  const [now, next] = [document.getElementById('goods-list'), page.getElementById('goods-list')]
  if (now && next) now.replaceChildren(...next.children) // the list stays: it is what is dragged from
}

async function busy(work: () => Promise<void>): Promise<void> {
  const editor = place()
  if (editor?.ariaBusy === 'true') return
  if (editor) editor.ariaBusy = 'true'
  try {
    await work()
  } catch {
    location.reload() // the line broke: the server's view is the true one
  } finally {
    const now = place()
    if (now) now.ariaBusy = null
  }
}

const place = () => document.getElementById('planogram')
