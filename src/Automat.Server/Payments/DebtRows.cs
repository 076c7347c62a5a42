using Automat.Domain;
using Automat.Domain.Holds;
using Automat.Domain.Vends;
using Automat.Server.Journal;
using Npgsql;
using NpgsqlTypes;

namespace Automat.Server.Payments;

/// <summary>The debts' share in a journal batch.</summary>
public sealed class DebtRows() : JournalTable<Id<Debt>, Debt>(_columns)
{
    private static readonly JournalColumns<Debt> _columns = new JournalColumns<Debt>("debts")
        .Key("id", NpgsqlDbType.Uuid, d => d.Id.Value)
        .Once("organization_id", NpgsqlDbType.Uuid, d => d.OrganizationId.Value)
        .Once("vend_id", NpgsqlDbType.Uuid, d => d.VendId.Value)
        .Once("provider", NpgsqlDbType.Text, d => d.Provider)
        .Once("customer_id", NpgsqlDbType.Text, d => d.CustomerId)
        .Once("method_id", NpgsqlDbType.Text, d => d.MethodId)
        .Once("card", NpgsqlDbType.Text, d => d.Card)
        .Changing("amount", NpgsqlDbType.Bigint, d => d.Amount)
        .Once("currency", NpgsqlDbType.Char, d => d.Currency.Code)
        .Once("reason", NpgsqlDbType.Text, d => d.Reason)
        .Changing("status", NpgsqlDbType.Text, d => d.Status.ToString())
        .Changing("attempts", NpgsqlDbType.Integer, d => d.Attempts)
        .Changing("round", NpgsqlDbType.Integer, d => d.Round)
        .Changing("next_attempt_at", NpgsqlDbType.TimestampTz, d => d.NextAttemptAt)
        .Changing("error", NpgsqlDbType.Text, d => d.Error)
        .Changing("intent_id", NpgsqlDbType.Text, d => d.IntentId)
        .Once("created_at", NpgsqlDbType.TimestampTz, d => d.CreatedAt)
        .Changing("ended_at", NpgsqlDbType.TimestampTz, d => d.EndedAt)
        .Changing("received", NpgsqlDbType.Bigint, d => d.Received)
        .Changing("given_back", NpgsqlDbType.Bigint, d => d.GivenBack)
        .Changing("taken_off", NpgsqlDbType.Bigint, d => d.TakenOff);

    /// <inheritdoc/>
    protected override Id<Debt> KeyOf(Debt row) => row.Id;

    /// <inheritdoc/>
    protected override NpgsqlBatchCommand LoadCommand(IReadOnlyCollection<Id<Debt>> keys) => _columns.Load(keys, k => k.Value);

    /// <inheritdoc/>
    protected override Debt Read(NpgsqlDataReader reader) => new()
    {
        Id = new Id<Debt>(reader.GetGuid(0)),
        OrganizationId = new Id<Organization>(reader.GetGuid(1)),
        VendId = new Id<Vend>(reader.GetGuid(2)),
        Provider = reader.GetString(3),
        CustomerId = reader.IsDBNull(4) ? null : reader.GetString(4),
        MethodId = reader.IsDBNull(5) ? null : reader.GetString(5),
        Card = reader.IsDBNull(6) ? null : reader.GetString(6),
        Amount = reader.GetInt64(7),
        Currency = Currency.Parse(reader.GetString(8)),
        Reason = reader.GetString(9),
        Status = Enum.Parse<DebtStatus>(reader.GetString(10)),
        Attempts = reader.GetInt32(11),
        Round = reader.GetInt32(12),
        NextAttemptAt = reader.IsDBNull(13) ? null : reader.GetFieldValue<DateTimeOffset>(13),
        Error = reader.IsDBNull(14) ? null : reader.GetString(14),
        IntentId = reader.IsDBNull(15) ? null : reader.GetString(15),
        CreatedAt = reader.GetFieldValue<DateTimeOffset>(16),
        EndedAt = reader.IsDBNull(17) ? null : reader.GetFieldValue<DateTimeOffset>(17),
        Received = reader.GetInt64(18),
        GivenBack = reader.GetInt64(19),
        TakenOff = reader.GetInt64(20),
    };
}
