namespace Automat.StripeSandbox.Pages;

/// <summary>What all pages share: the frame, the warning that no money moves, the style sheet.</summary>
internal static class PageLayout
{
    public const string StyleSheet = """
        :root { color-scheme: light dark; --ink: #1d2b26; --paper: #faf6ec; --card: #fffdf7; --line: #d8cfb8;
          --green: #14533c; --brass: #8a6410; --bad: #a3231b }
        @media (prefers-color-scheme: dark) { :root { --ink: #ece7d8; --paper: #14201b; --card: #1b2a24;
          --line: #3b4d44; --green: #8fd6b5; --brass: #e0b95c; --bad: #ff9a8f } }
        * { box-sizing: border-box }
        body { margin: 0; background: var(--paper); color: var(--ink); font: 1rem/1.5 system-ui, sans-serif }
        .notice { margin: 0; background: var(--brass); color: #fff; text-align: center;
          padding: .4rem 1rem; font-weight: 600 }
        @media (prefers-color-scheme: dark) { .notice { color: #14201b } }
        main { max-width: 30rem; margin: 2rem auto; padding: 0 1rem }
        main.wide { max-width: 72rem }
        .box { background: var(--card); border: 1px solid var(--line); border-radius: .75rem; padding: 1.25rem;
          margin-bottom: 1rem }
        h1 { font-size: 1.4rem; margin: 0 0 1rem } h2 { font-size: 1.1rem; margin: 1.5rem 0 .5rem }
        .scroll { overflow-x: auto }
        table { width: 100%; border-collapse: collapse } th, td { text-align: left; padding: .35rem .5rem .35rem 0;
          border-bottom: 1px solid var(--line); vertical-align: top } td.amount, th.amount { text-align: right;
          font-variant-numeric: tabular-nums; white-space: nowrap } tfoot td { border: 0; font-weight: 700 }
        label { display: block; font-weight: 600; margin-top: .9rem }
        input[type=text], input[type=email], select { width: 100%; font: inherit; padding: .6rem .7rem;
          border: 1px solid var(--line); border-radius: .5rem; background: var(--paper); color: var(--ink) }
        fieldset { border: 1px solid var(--line); border-radius: .5rem; margin: 1rem 0 0 }
        fieldset label { display: inline; font-weight: 400; margin: 0 1rem 0 .3rem }
        a { color: var(--green) }
        :focus-visible { outline: 3px solid var(--brass); outline-offset: 2px }
        button { font: inherit; font-weight: 600; padding: .65rem 1.2rem; border-radius: .5rem; cursor: pointer;
          border: 1px solid var(--green); background: var(--green); color: var(--paper); min-height: 44px }
        button.quiet { background: transparent; color: var(--green) }
        button.small { min-height: 0; padding: .15rem .6rem; font-size: .85rem }
        .actions { display: flex; gap: .75rem; margin-top: 1.25rem } .actions .main { flex: 1 }
        .row-actions { display: flex; gap: .35rem; flex-wrap: wrap }
        .error { border-left: 4px solid var(--bad); color: var(--bad); padding: .5rem .75rem; margin: 0 0 1rem;
          font-weight: 600 }
        .help { font-size: .9rem } code { font-size: .85em; word-break: break-all }
        #numbers code { white-space: nowrap }
        """;

    public static Html Page(string title, Html content, bool wide = false) => Html.Of($"""
        <!doctype html>
        <html lang="en">
        <head>
        <meta charset="utf-8">
        <meta name="viewport" content="width=device-width, initial-scale=1">
        <meta name="robots" content="noindex">
        <title>{title}</title>
        <link rel="icon" href="data:,">
        <link rel="stylesheet" href="/sandbox.css">
        </head>
        <body>
        <p class="notice" role="note">Sandbox – no real money</p>
        <main class="{(wide ? "wide" : "")}">{content}</main>
        </body>
        </html>
        """);
}
