using Automat.Domain;
using Automat.Server.Data;
using Automat.Server.Machines;
using Microsoft.EntityFrameworkCore;
using Npgsql;
using NpgsqlTypes;

namespace Automat.Server.Reports;

/// <summary>Reads what reports are made of, under the reader's own rights.</summary>
internal static class ReportRows
{
    /// <summary>A report has at most so many rows.</summary>
    public const int Most = 2_000;

    /// <summary>A chart has at most so many bars.</summary>
    public const int MostBars = 12;

    /// <summary>What machines are called.</summary>
    public static Task<Dictionary<string, string>> MachineNamesAsync(this AutomatDb db, Id<Organization> organization, CancellationToken ct) =>
        db.Set<Machine>().AsNoTracking().Where(m => m.OrganizationId == organization).OrderBy(m => m.Id).Take(20_000)
            .Select(m => new { m.Id, m.Name }).ToDictionaryAsync(m => m.Id.Value, m => m.Name, StringComparer.Ordinal, ct);

    /// <summary>The rows of a statement.</summary>
    public static async Task<List<T>> ReadRowsAsync<T>(
        this AutomatDb db, string sql, Func<NpgsqlDataReader, T> row, CancellationToken ct, params object[] values)
    {
        await db.Database.OpenConnectionAsync(ct);
        try
        {
            await using var command = new NpgsqlCommand(sql, (NpgsqlConnection)db.Database.GetDbConnection());
            foreach (var value in values)
            {
                command.Parameters.Add(value is DateOnly
                    ? new NpgsqlParameter { Value = value, NpgsqlDbType = NpgsqlDbType.Date }
                    : new NpgsqlParameter { Value = value });
            }

            await using var reader = await command.ExecuteReaderAsync(ct);
            var rows = new List<T>();
            while (await reader.ReadAsync(ct)) rows.Add(row(reader));
            return rows;
        }
        finally
        {
            await db.Database.CloseConnectionAsync();
        }
    }
}
