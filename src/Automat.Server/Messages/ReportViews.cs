namespace Automat.Server.Messages;

/// <summary>The page customers report problems on.</summary>
public sealed record ReportView
{
    /// <summary>The machine it is about, as it stands in an address; null while none is chosen.</summary>
    public string? Machine { get; init; }

    /// <summary>Its name; null shows the list of machines instead.</summary>
    public string? MachineName { get; init; }

    /// <summary>Machines to choose from.</summary>
    public IReadOnlyList<(string Id, string Name)> Machines { get; init; } = [];

    /// <summary>The key to the sale whose page one comes from.</summary>
    public string? Sale { get; init; }

    /// <summary>What is chosen, when the form comes back.</summary>
    public MessageTopic? Topic { get; init; }

    /// <summary>What was written, when the form comes back.</summary>
    public string? Text { get; init; }

    /// <summary>The address that was typed, when the form comes back.</summary>
    public string? Email { get; init; }

    /// <summary>Keys of what is wrong, by field.</summary>
    public IReadOnlyDictionary<string, string> Wrong { get; init; } = new Dictionary<string, string>(StringComparer.Ordinal);

    /// <summary>It has arrived.</summary>
    public bool IsSent { get; init; }
}
