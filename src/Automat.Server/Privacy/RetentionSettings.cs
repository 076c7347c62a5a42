using System.Globalization;
using Automat.Server.Platform;

namespace Automat.Server.Privacy;

/// <summary>How long personal data are kept where an organisation says nothing: <c>Automat:Retention:{Name}Days</c> for each kind.</summary>
public sealed class RetentionSettings
{
    /// <summary>Nothing is kept for longer, in days.</summary>
    public const int Longest = 36_500;

    private readonly Dictionary<string, int> days = new(StringComparer.Ordinal);

    /// <summary>Reads the settings.</summary>
    /// <exception cref="SettingsException">One of them is no number of days.</exception>
    public RetentionSettings(IConfiguration configuration, IEnumerable<IRetention> kinds)
    {
        foreach (var kind in kinds)
        {
            var text = configuration[$"Automat:Retention:{kind.Name}Days"];
            if (string.IsNullOrWhiteSpace(text)) days[kind.Name] = kind.DefaultDays;
            else if (int.TryParse(text, NumberStyles.None, CultureInfo.InvariantCulture, out var set) && set is >= 1 and <= Longest) days[kind.Name] = set;
            else throw new SettingsException($"Automat__Retention__{kind.Name}Days is a number of days from 1 to {Longest}, not '{text}'.");
        }
    }

    /// <summary>How long this kind is kept.</summary>
    public TimeSpan Of(IRetention kind) => TimeSpan.FromDays(days[kind.Name]);
}
