// The panel's pages: htmx for partial updates and server-sent events, under a policy without inline code or style.
import './panel.css'
import htmx from 'htmx.org'

htmx.config.includeIndicatorCSS = false
htmx.config.history = false
