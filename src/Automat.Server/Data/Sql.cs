using Npgsql;
using NpgsqlTypes;

namespace Automat.Server.Data;

/// <summary>Builds statements that carry a column of many rows as one array parameter.</summary>
public static class Sql
{
    /// <summary>A statement in a batch.</summary>
    public static NpgsqlBatchCommand Of(string text) => new(text);

    /// <summary>Adds an array parameter: one element a row.</summary>
    public static NpgsqlBatchCommand Column<TRow, TValue>(
        this NpgsqlBatchCommand command, NpgsqlDbType type, IReadOnlyCollection<TRow> rows, Func<TRow, TValue> value)
    {
        var values = new TValue[rows.Count];
        var i = 0;
        foreach (var row in rows) values[i++] = value(row);
        command.Parameters.Add(new NpgsqlParameter<TValue[]> { TypedValue = values, NpgsqlDbType = NpgsqlDbType.Array | type });
        return command;
    }

    /// <summary>What escapes the characters of a pattern that mean something to <c>like</c>.</summary>
    public const string LikeEscape = "\\";

    /// <summary>A text as it stands in a pattern of <c>like</c>: it means itself and nothing else.</summary>
    public static string LikeQuoted(string text) => text
        .Replace(LikeEscape, $"{LikeEscape}{LikeEscape}", StringComparison.Ordinal)
        .Replace("%", $"{LikeEscape}%", StringComparison.Ordinal).Replace("_", $"{LikeEscape}_", StringComparison.Ordinal);

    /// <summary>The pattern that finds a text anywhere in another; goes with <see cref="LikeEscape"/>.</summary>
    public static string LikeAnywhere(string text) => $"%{LikeQuoted(text)}%";

    /// <summary>Adds a single parameter.</summary>
    public static NpgsqlBatchCommand Value<TValue>(this NpgsqlBatchCommand command, TValue value)
    {
        command.Parameters.Add(new NpgsqlParameter<TValue> { TypedValue = value });
        return command;
    }
}
