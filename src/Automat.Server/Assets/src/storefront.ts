// What a customer's phone runs. Every page works without it; this only spares people the reload button.
import './storefront.css'
import { totals } from './totals'
import { follow } from './live'

document.querySelectorAll<HTMLElement>('[data-live]').forEach(follow)
document.querySelectorAll<HTMLFormElement>('form[data-total]').forEach(totals)
