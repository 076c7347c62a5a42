using System.ComponentModel.DataAnnotations;

namespace Automat.Server.Payments;

/// <summary>How often a saved card is tried for a debt.</summary>
public sealed record DebtOptions
{
    /// <summary>After the first decline; it doubles each time. Banks mind being asked too often.</summary>
    [Range(typeof(TimeSpan), "00:00:00.1", "7.00:00:00")]
    public TimeSpan FirstPause { get; init; } = TimeSpan.FromHours(1);

    /// <summary>The longest pause.</summary>
    [Range(typeof(TimeSpan), "00:00:00.1", "30.00:00:00")]
    public TimeSpan LongestPause { get; init; } = TimeSpan.FromDays(3);
}
