using System.Runtime.CompilerServices;
using System.Text;
using Automat.Domain;
using Automat.Server.Data;
using Microsoft.EntityFrameworkCore;
using Microsoft.EntityFrameworkCore.Metadata;

namespace Automat.Server.Audit;

/// <summary>How a property appears in the log.</summary>
internal enum Showing
{
    /// <summary>With what it was and is.</summary>
    Values,

    /// <summary>Only that it changed.</summary>
    Changed,

    /// <summary>Not at all.</summary>
    Nothing,
}

/// <summary>How an entity is audited.</summary>
/// <param name="Word">What it is called in the log.</param>
/// <param name="Organization">The property that says whose it is; null: the platform's.</param>
/// <param name="Key">What names it, in order.</param>
internal sealed record AuditedType(string Word, IReadOnlyProperty? Organization, IReadOnlyList<IReadOnlyProperty> Key);

/// <summary>
/// What the mappings say about the audit, read once for a model. A model in which something was forgotten is refused: a
/// server with it does not save.
/// </summary>
internal sealed class AuditPlan
{
    // Parts of a property's name that make one ask whether it is a secret or somebody's.
    private static readonly HashSet<string> Delicate = new(StringComparer.OrdinalIgnoreCase)
    {
        "Secret", "Hash", "Token", "Password", "Key", "Stamp", "Credential", "Salt", "Pin", "Otp", "Totp", "Signature", "Code",
        "Codes", "Uid", "Cookie", "Nonce", "Email", "Mail", "Phone", "Name", "Address", "Birth", "Birthday", "Contact", "Iban",
        "Username", "Surname", "Agent",
    };

    private static readonly ConditionalWeakTable<IModel, AuditPlan> Plans = [];

    private readonly Dictionary<IReadOnlyEntityType, AuditedType> types = [];

    private AuditPlan(IModel model)
    {
        var faults = FaultsIn(model).ToList();
        if (faults.Count > 0) throw new InvalidOperationException(string.Join(" ", faults));
        foreach (var entity in model.GetEntityTypes())
        {
            if (IsAudited(entity)) types.Add(entity, new(AuditMarks.WordOf(entity), OwnerOf(entity), entity.FindPrimaryKey()!.Properties));
        }
    }

    /// <summary>The plan of a model.</summary>
    /// <exception cref="InvalidOperationException">A mapping leaves something open.</exception>
    public static AuditPlan Of(IModel model) => Plans.GetValue(model, static m => new AuditPlan(m));

    /// <summary>How an entity is audited; null when it is not.</summary>
    public AuditedType? Find(IReadOnlyEntityType entity) => types.GetValueOrDefault(entity);

    /// <summary>What the mappings leave open, in sentences.</summary>
    public static IEnumerable<string> FaultsIn(IReadOnlyModel model)
    {
        var words = new Dictionary<string, string>(StringComparer.Ordinal);
        foreach (var entity in model.GetEntityTypes())
        {
            if (AuditMarks.ExemptionOf(entity) is { } why)
            {
                if (IsEmpty(why)) yield return $"{entity.DisplayName()} is not audited and does not say why.";
                continue;
            }

            if (entity.IsOwned()) continue; // shown as a change of its owner, without values
            if (entity.FindPrimaryKey() is null)
            {
                yield return $"{entity.DisplayName()} has no key to be named by in the audit: say IsNotAudited and why.";
                continue;
            }

            var word = AuditMarks.WordOf(entity);
            if (word.Contains('`', StringComparison.Ordinal)) yield return $"{entity.DisplayName()} needs a word: IsAudited(…).";
            if (!words.TryAdd(word, entity.DisplayName()))
            {
                yield return $"{entity.DisplayName()} and {words[word]} are both audited as {word}.";
            }

            foreach (var fault in PropertiesOf(entity).SelectMany(p => FaultsIn(entity, p))) yield return fault;
        }
    }

    /// <summary>How a property appears.</summary>
    public static Showing Of(IReadOnlyProperty property) =>
        AuditMarks.ExemptionOf(property) is not null ? Showing.Nothing
        : AuditMarks.ShownOf(property) is AuditShown.Secret or AuditShown.Personal ? Showing.Changed
        : Showing.Values;

    private static IEnumerable<string> FaultsIn(IReadOnlyEntityType entity, IReadOnlyProperty property)
    {
        var said = AuditMarks.ShownOf(property) ?? AuditMarks.ExemptionOf(property);
        if (said is not null && IsEmpty(said)) yield return $"{entity.DisplayName()}.{property.Name} does not say what it is.";
        if (said is null && !property.IsForeignKey() && !IsId(property) && Parts(property.Name).FirstOrDefault(Delicate.Contains) is { } part)
        {
            yield return $"{entity.DisplayName()}.{property.Name} is a '{part}': say IsSecret, IsPersonal, or MayBeShown and what it is.";
        }
    }

    private static IEnumerable<IReadOnlyProperty> PropertiesOf(IReadOnlyTypeBase type) =>
        type.GetProperties().Concat(type.GetComplexProperties().SelectMany(c => PropertiesOf(c.ComplexType)));

    private static bool IsAudited(IReadOnlyEntityType entity) => AuditMarks.ExemptionOf(entity) is null && !entity.IsOwned();

    private static IReadOnlyProperty? OwnerOf(IReadOnlyEntityType entity) => entity.ClrType == typeof(Organization)
        ? entity.FindPrimaryKey()!.Properties[0]
        : entity.GetProperties().SingleOrDefault(p => p.GetColumnName() == "organization_id");

    private static bool IsEmpty(string said) => said.Trim().Length < 3;

    /// <summary>A random number that names something is not what it names.</summary>
    private static bool IsId(IReadOnlyProperty property) =>
        property.Name.EndsWith("Id", StringComparison.Ordinal) && property.ClrType is { IsValueType: true };

    /// <summary>The words a name is made of.</summary>
    private static IEnumerable<string> Parts(string name)
    {
        var part = new StringBuilder();
        foreach (var c in name)
        {
            if ((char.IsUpper(c) || !char.IsLetter(c)) && part.Length > 0)
            {
                yield return part.ToString();
                part.Clear();
            }

            if (char.IsLetter(c)) part.Append(c);
        }

        if (part.Length > 0) yield return part.ToString();
    }
}
