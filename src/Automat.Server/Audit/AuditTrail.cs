using Automat.Domain;
using Automat.Server.Data;
using Microsoft.EntityFrameworkCore;
using Microsoft.EntityFrameworkCore.ChangeTracking;
using Microsoft.EntityFrameworkCore.Metadata;

namespace Automat.Server.Audit;

/// <summary>
/// Makes an event of every entity a save adds, changes or removes, from what the change tracker knows of before and after.
/// What a use case noted about one of them becomes that one's event; what it noted besides has an event of its own.
/// </summary>
internal sealed class AuditTrail(Actor actor, TimeProvider clock) : IChangeLog
{
    private const int LongestSubject = 300;
    private const string Changed = "changed";

    public IReadOnlyList<object> Record(DbContext db)
    {
        var plan = AuditPlan.Of(db.Model);
        var tracked = db.ChangeTracker.Entries().Where(e => e.State is EntityState.Added or EntityState.Modified or EntityState.Deleted)
            .ToList();
        var notes = tracked.Select(e => e.Entity).OfType<AuditEvent>().ToList();
        var changes = new Dictionary<(string Word, string Subject), Change>();
        foreach (var entry in tracked) Look(plan, entry, changes);

        foreach (var (key, _) in changes.Where(c => c.Value is { Verb: Changed, Text.IsEmpty: true }).ToList()) changes.Remove(key);
        if (notes.Count == 0 && changes.Count == 0) return [];

        var now = clock.GetUtcNow();
        foreach (var note in notes)
        {
            changes.Remove((note.SubjectType, note.Subject), out var told);
            note.Complete(actor, now, told?.Text.ToString() ?? "{}");
        }

        // One reason for the save is the reason of all it did.
        var reason = notes is [var only] ? only.Reason : null;
        var added = new List<AuditEvent>(changes.Count);
        foreach (var ((word, subject), change) in changes)
        {
            var made = new AuditEvent
            {
                Id = Id<AuditEvent>.New(now),
                OrganizationId = change.Organization,
                Action = $"{word}.{change.Verb}",
                SubjectType = word,
                Subject = subject,
                Reason = reason,
            };
            made.Complete(actor, now, change.Text.ToString());
            db.Add(made);
            added.Add(made);
        }

        return added;
    }

    private static void Look(AuditPlan plan, EntityEntry entry, Dictionary<(string, string), Change> changes)
    {
        if (entry.Metadata.FindOwnership() is { } ownership)
        {
            if (plan.Find(ownership.PrincipalEntityType) is not { } owner) return;
            // A part of its owner, of which only that it changed is told.
            var subject = KeyOf(entry, owner, ownership.Properties);
            var whole = entry.Context.ChangeTracker.Entries()
                .FirstOrDefault(e => e.Metadata == ownership.PrincipalEntityType && KeyOf(e, owner, owner.Key) == subject);
            var part = Of(changes, owner, subject, whole is null ? AuditLog.Platform : OwnerOf(whole, owner), Changed);
            part.Text.Hidden(SnakeCaseOf(ownership.PrincipalToDependent?.Name ?? entry.Metadata.ShortName()), "changed");
            return;
        }

        if (plan.Find(entry.Metadata) is not { } type) return;
        var verb = entry.State switch
        {
            EntityState.Added => "added",
            EntityState.Deleted => "removed",
            _ => Changed,
        };
        var key = KeyOf(entry, type, type.Key);
        var change = Of(changes, type, key, OwnerOf(entry, type), verb) with { Verb = verb };
        changes[(type.Word, key)] = change;
        var differs = false;
        foreach (var property in PropertiesOf(entry)) differs |= Look(entry.State, property, change.Text);
        if (entry.State is EntityState.Modified && !differs)
        {
            throw new InvalidOperationException(
                $"{entry.Metadata.DisplayName()} is to be saved and nobody knows what it was: load it tracked, or use Replace.");
        }
    }

    /// <summary>Returns whether the property is another than before.</summary>
    private static bool Look(EntityState state, PropertyEntry property, ChangeText text)
    {
        var isDifferent = state is not EntityState.Modified
            || !property.Metadata.GetValueComparer().Equals(property.OriginalValue, property.CurrentValue);
        if (!isDifferent) return false;
        var showing = AuditPlan.Of(property.Metadata);
        if (showing is Showing.Nothing) return true;
        var column = property.Metadata.GetColumnName();
        var (from, to) = (Stored(property.Metadata, property.OriginalValue), Stored(property.Metadata, property.CurrentValue));
        switch (state)
        {
            case EntityState.Added when to is null: break;
            case EntityState.Deleted when from is null: break;
            case EntityState.Added when showing is Showing.Changed: text.Hidden(column, "set"); break;
            case EntityState.Deleted when showing is Showing.Changed: text.Hidden(column, "removed"); break;
            case var _ when showing is Showing.Changed: text.Hidden(column, "changed"); break;
            case EntityState.Added: text.Added(column, to); break;
            case EntityState.Deleted: text.Removed(column, from); break;
            default: text.Changed(column, from, to); break;
        }

        return true;
    }

    private static Change Of(
        Dictionary<(string, string), Change> changes, AuditedType type, string subject, Id<Organization> organization, string verb)
    {
        if (changes.TryGetValue((type.Word, subject), out var known)) return known;
        return changes[(type.Word, subject)] = new Change(organization, verb, new ChangeText());
    }

    private static Id<Organization> OwnerOf(EntityEntry entry, AuditedType type) =>
        type.Organization is { } whose && entry.Property(whose.Name).CurrentValue is Id<Organization> id ? id : AuditLog.Platform;

    private static IEnumerable<PropertyEntry> PropertiesOf(EntityEntry entry) =>
        entry.Properties.Concat(entry.ComplexProperties.SelectMany(PropertiesOf));

    private static IEnumerable<PropertyEntry> PropertiesOf(ComplexPropertyEntry complex) =>
        complex.Properties.Concat(complex.ComplexProperties.SelectMany(PropertiesOf));

    private static string KeyOf(EntityEntry entry, AuditedType type, IReadOnlyList<IReadOnlyProperty> properties)
    {
        // What must not be shown is not shown as a part of a name either.
        var key = string.Join('/', properties.Zip(type.Key, (property, shown) => AuditPlan.Of(shown) is Showing.Values
            ? Stored(property, entry.Property(property.Name).CurrentValue)?.ToString()
            : "hidden"));
        return key.Length <= LongestSubject ? key : key[..LongestSubject];
    }

    private static object? Stored(IReadOnlyProperty property, object? value) =>
        value is null ? null
        : property.FindTypeMapping()?.Converter is { } converter ? converter.ConvertToProvider(value)
        : value;

    private static string SnakeCaseOf(string name) => string.Concat(name.Select(
        (c, at) => char.IsUpper(c) ? (at > 0 ? "_" : "") + char.ToLowerInvariant(c) : c.ToString()));

    private sealed record Change(Id<Organization> Organization, string Verb, ChangeText Text);
}
