import { readdirSync, readFileSync, statSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { brotliCompressSync, gzipSync } from 'node:zlib'
import tailwindcss from '@tailwindcss/vite'
import { defineConfig, type Plugin } from 'vite'

const outDir = '../wwwroot/assets'

/** Writes `.br` and `.gz` beside what is worth compressing: the server sends bytes it never has to squeeze itself. */
function compress(): Plugin {
  const worthIt = /\.(js|css|svg)$/
  return {
    name: 'automat-compress',
    apply: 'build',
    closeBundle() {
      for (const name of readdirSync(outDir)) {
        const path = join(outDir, name)
        if (!worthIt.test(name) || statSync(path).size < 512) continue
        const bytes = readFileSync(path)
        writeFileSync(`${path}.br`, brotliCompressSync(bytes))
        writeFileSync(`${path}.gz`, gzipSync(bytes, { level: 9 }))
      }
    },
  }
}

export default defineConfig({
  base: '/assets/',
  publicDir: false,
  plugins: [tailwindcss(), compress()],
  build: {
    outDir,
    emptyOutDir: true,
    assetsDir: '',
    manifest: 'manifest.json',
    target: 'es2022',
    // Fonts must stay files (the policy allows fonts from our own origin only); small pictures may ride in the CSS.
    assetsInlineLimit: path => (/\.(woff2?|ttf)$/.test(path) ? false : undefined),
    modulePreload: { polyfill: false },
    rolldownOptions: {
      input: { storefront: 'src/storefront.ts', panel: 'src/panel.ts', worker: 'src/worker.ts' },
    },
  },
})
