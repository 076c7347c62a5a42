namespace Automat.StripeSandbox;

internal static class SandboxVersion
{
    /// <summary>The version of Stripe's API whose published objects the sandbox speaks.</summary>
    public const string Api = "2026-10-28.endive";
}
