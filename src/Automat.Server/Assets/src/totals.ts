/**
 * A cart's running total and its plus and minus buttons. The prices come with the page in minor units; the server
 * takes its own when the order is placed, so this number only informs.
 */
export function totals(form: HTMLFormElement): void {
  const format = new Intl.NumberFormat(document.documentElement.lang, {
    style: 'currency',
    currency: form.dataset.currency ?? 'EUR',
  })
  const digits = format.resolvedOptions().maximumFractionDigits ?? 2
  const inputs = [...form.querySelectorAll<HTMLInputElement>('input[data-price]')]
  const output = form.querySelector<HTMLElement>('[data-total-amount]')

  const update = () => {
    const minor = inputs.reduce((sum, input) => sum + count(input) * Number(input.dataset.price), 0)
    if (output) output.textContent = format.format(minor / 10 ** digits)
    for (const input of inputs) input.closest('[data-window]')?.toggleAttribute('data-chosen', count(input) > 0)
  }

  form.addEventListener('input', update)
  form.addEventListener('click', event => {
    const button = (event.target as Element).closest<HTMLButtonElement>('button[data-step]')
    const input = button?.parentElement?.querySelector<HTMLInputElement>('input[data-price]')
    if (!button || !input) return
    if (button.dataset.step === '1') input.stepUp()
    else input.stepDown()
    update()
  })
  form.dataset.enhanced = ''
  update()
}

const count = (input: HTMLInputElement) =>
  input.type === 'radio' ? Number(input.checked) : Math.max(0, Math.trunc(input.valueAsNumber) || 0)
