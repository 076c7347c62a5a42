using System.Security.Claims;

namespace Automat.Server.Panel;

/// <summary>Something staff should see to.</summary>
/// <param name="Say">Says what is wrong, in the reader's words. It is asked only where the item is shown.</param>
/// <param name="Detail">More about it.</param>
/// <param name="Address">Where it is put right.</param>
public sealed record AttentionItem(Func<string> Say, string? Detail, string Address)
{
    /// <summary>Something whose words are at hand.</summary>
    public AttentionItem(string title, string? detail, string address)
        : this(() => title, detail, address)
    {
    }

    /// <summary>What is wrong, in the reader's words.</summary>
    public string Title => Say();

    /// <summary>Money that is known to hang on it, minor units.</summary>
    public long Money { get; init; }

    /// <summary>The machine that sells less because of it.</summary>
    public string? Machine { get; init; }

    /// <summary>How much of that machine's sales is lost while it lasts, from 0 to 1.</summary>
    public double Lost { get; init; }

    /// <summary>Since when.</summary>
    public DateTimeOffset? Since { get; init; }

    /// <summary>Whether it is worse than a nuisance, whatever hangs on it.</summary>
    public bool IsUrgent { get; init; }
}

/// <summary>What a module has that waits for somebody; the panel's first page lists it, the dearest first.</summary>
public interface IPanelAttention
{
    /// <summary>What waits; nothing for whom its page is closed.</summary>
    Task<IReadOnlyList<AttentionItem>> LookAsync(ClaimsPrincipal who, CancellationToken ct);
}
