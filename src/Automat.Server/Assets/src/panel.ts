// The staff's pages: htmx for partial updates and server-sent events, under a policy without inline code or style.
import './panel.css'
import htmx from 'htmx.org'
import { passkeys } from './passkeys'

htmx.config.includeIndicatorCSS = false
htmx.config.history = false
passkeys()
