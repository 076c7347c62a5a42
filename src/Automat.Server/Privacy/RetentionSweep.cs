using System.Data.Common;
using System.Globalization;
using Automat.Server.Data;
using Automat.Server.Platform;

namespace Automat.Server.Privacy;

/// <summary>How long personal data are kept: <c>Automat:Retention:{Name}Days</c> for each kind.</summary>
public sealed class RetentionSettings
{
    private const int Longest = 36_500;

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

/// <summary>Makes personal data go once they are older than the settings say: every hour, in small batches.</summary>
internal sealed class RetentionSweep(
    IEnumerable<IRetention> kinds, RetentionSettings settings, IServiceScopeFactory scopes, TimeProvider clock,
    ILogger<RetentionSweep> log) : BackgroundService
{
    private static readonly TimeSpan Interval = TimeSpan.FromHours(1);

    protected override Task ExecuteAsync(CancellationToken stoppingToken) => Rounds.RunAsync(
        clock, Interval, SweepAsync, error => log.LogError(error, "Old personal data could not be removed; tried again"), stoppingToken);

    /// <summary>Goes through all kinds once.</summary>
    public async Task SweepAsync(CancellationToken ct)
    {
        foreach (var kind in kinds)
        {
            try
            {
                await using var scope = scopes.CreateScopeAcross("what is too old goes, whosever it is");
                var db = scope.ServiceProvider.GetRequiredService<AutomatDb>();
                while (await kind.ForgetAsync(db, clock.GetUtcNow().ToUniversalTime() - settings.Of(kind), ct))
                {
                    db.ChangeTracker.Clear();
                }
            }
            catch (DbException error)
            {
                log.LogWarning("Old {Kind} could not be removed; tried again in an hour: {Reason}", kind.Name, error.Message);
            }
        }
    }
}
