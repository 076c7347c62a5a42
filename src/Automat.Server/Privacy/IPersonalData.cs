using System.Linq.Expressions;
using System.Text.Json.Nodes;
using Automat.Domain;
using Automat.Server.Data;

namespace Automat.Server.Privacy;

/// <summary>Whose data are asked for or are to go.</summary>
/// <param name="Person">Somebody with an account; null for a customer without one.</param>
/// <param name="Address">The e-mail address, as it was given; null for an account without one.</param>
/// <param name="Within">The only organisation to look in; null for all of them.</param>
public sealed record DataSubject(Guid? Person, string? Address, Id<Organization>? Within)
{
    /// <summary>The address as it is compared: people write their own in different cases.</summary>
    public string? ComparedAddress => Address?.ToLowerInvariant();

    /// <summary>The rows that name the subject's address, whatever its case; none for a subject without one.</summary>
    /// <param name="rows">The rows.</param>
    /// <param name="address">Where a row names an address. Compared as <c>lower(…)</c>, which an index can serve.</param>
    public IQueryable<TRow> Of<TRow>(IQueryable<TRow> rows, Expression<Func<TRow, string?>> address)
    {
        var lower = Expression.Call(address.Body, typeof(string).GetMethod(nameof(string.ToLower), Type.EmptyTypes)!);
        var sought = Expression.Property(Expression.Constant(this), nameof(ComparedAddress));
        return rows.Where(Expression.Lambda<Func<TRow, bool>>(Expression.Equal(lower, sought), address.Parameters));
    }
}

/// <summary>
/// A place where personal data lie. Every module that keeps some brings one, so that an export is whole and an erasure leaves
/// nothing. The books and the audit log name people by their id only: they need no place and keep verifying.
/// </summary>
public interface IPersonalData
{
    /// <summary>The heading in an export, such as <c>purchases</c>.</summary>
    string Name { get; }

    /// <summary>
    /// What is kept about somebody, newest first, at most <see cref="PersonalData.MostEach"/>. The scope of the database is
    /// the subject's: nothing of other organisations is seen.
    /// </summary>
    Task<IReadOnlyList<JsonObject>> ExportAsync(AutomatDb db, DataSubject subject, CancellationToken ct);

    /// <summary>Makes everything about somebody go, for good. Doing it again changes nothing.</summary>
    Task EraseAsync(AutomatDb db, DataSubject subject, CancellationToken ct);
}

/// <summary>Personal data that go by themselves after a while.</summary>
public interface IRetention
{
    /// <summary>Names the setting <c>Automat:Retention:{Name}Days</c>, and what organisations say; stays as it is.</summary>
    string Name { get; }

    /// <summary>Days they are kept when nothing is set.</summary>
    int DefaultDays { get; }

    /// <summary>Whether each organisation may say for itself how long; else the server says it for all.</summary>
    bool IsPerOrganization => true;

    /// <summary>Makes a batch of what is older go, of the organisations the scope sees; true when there may be more.</summary>
    Task<bool> ForgetAsync(AutomatDb db, DateTimeOffset before, CancellationToken ct);
}
