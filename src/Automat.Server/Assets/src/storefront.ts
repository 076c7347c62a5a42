// What a customer's phone runs. Every page works without it; this only spares people the reload button.
import './storefront.css'
import { totals } from './totals'
import { follow } from './live'
import { install } from './install'
import { push } from './push'

document.querySelectorAll<HTMLElement>('[data-live]').forEach(follow)
document.querySelectorAll<HTMLFormElement>('form[data-total]').forEach(totals)
document.querySelectorAll<HTMLElement>('[data-update]').forEach(install)
document.querySelectorAll<HTMLFormElement>('form[data-push]').forEach(push)
