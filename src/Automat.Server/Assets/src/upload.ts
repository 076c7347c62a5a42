// Files on their way: a bar shows how far they are. Without it the browser sends the same form by itself.

/** Shows progress on every form of the page that has a field for files. */
export function uploads(): void {
  document.querySelectorAll<HTMLInputElement>('input[data-upload]').forEach(input => {
    const bar = input.parentElement?.querySelector('progress')
    if (bar) input.form?.addEventListener('submit', event => input.files?.length && send(event, bar))
  })
}

function send(event: SubmitEvent, bar: HTMLProgressElement): void {
  const form = event.target as HTMLFormElement
  if (event.defaultPrevented || form.method !== 'post') return
  event.preventDefault()
  const request = new XMLHttpRequest()
  request.upload.onprogress = sent => {
    bar.hidden = false
    if (sent.lengthComputable) bar.value = (100 * sent.loaded) / sent.total
  }
  request.onload = () => show(request)
  // The line broke: let the browser say so in its own words.
  request.onerror = () => form.submit()
  request.open('POST', form.action)
  request.setRequestHeader('Accept', 'text/html')
  request.send(new FormData(form, event.submitter))
}

/** The answer takes the place of the page, as if the browser had sent the form. */
function show(request: XMLHttpRequest): void {
  if (request.status < 300) return location.assign(request.responseURL)
  document.open()
  document.write(request.responseText)
  document.close()
}
