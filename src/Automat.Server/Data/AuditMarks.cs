using Microsoft.EntityFrameworkCore.Infrastructure;
using Microsoft.EntityFrameworkCore.Metadata;
using Microsoft.EntityFrameworkCore.Metadata.Builders;

namespace Automat.Server.Data;

/// <summary>
/// What a mapping says about the audit. Every entity is audited unless it says why not; what must not be shown of it is
/// marked, and a property whose name sounds like a secret or a person must say what it is.
/// </summary>
public static class AuditMarks
{
    private const string Prefix = "Automat:Audit";
    private const string Word = Prefix + "Word";
    private const string Exempt = Prefix + "Exempt";
    private const string Shown = Prefix + "Shown";

    /// <summary>Changes are audited under this word, such as <c>machine</c>; without it under the entity's own name.</summary>
    /// <param name="entity">The entity.</param>
    /// <param name="word">Names it in the log, for good: filters and scripts know it.</param>
    /// <typeparam name="T">The entity's type.</typeparam>
    public static EntityTypeBuilder<T> IsAudited<T>(this EntityTypeBuilder<T> entity, string word)
        where T : class => (EntityTypeBuilder<T>)entity.HasAnnotation(Word, word);

    /// <summary>Changes are not audited.</summary>
    /// <param name="entity">The entity.</param>
    /// <param name="reason">Why nobody will miss it, in a sentence.</param>
    /// <typeparam name="T">The entity's type.</typeparam>
    public static EntityTypeBuilder<T> IsNotAudited<T>(this EntityTypeBuilder<T> entity, string reason)
        where T : class => (EntityTypeBuilder<T>)entity.HasAnnotation(Exempt, reason);

    /// <summary>A change of this alone is not audited, and it is not shown beside others.</summary>
    /// <param name="property">The property.</param>
    /// <param name="reason">Why nobody will miss it, in a sentence.</param>
    /// <typeparam name="T">The property's type.</typeparam>
    public static PropertyBuilder<T> IsNotAudited<T>(this PropertyBuilder<T> property, string reason) =>
        (PropertyBuilder<T>)property.HasAnnotation(Exempt, reason);

    /// <summary>A secret, or something that tells of one: the log says that it changed, never what it was or is.</summary>
    public static PropertyBuilder<T> IsSecret<T>(this PropertyBuilder<T> property) =>
        (PropertyBuilder<T>)property.HasAnnotation(Shown, AuditShown.Secret);

    /// <summary>About a person: the log says that it changed, never what it was or is, so that it can be erased.</summary>
    public static PropertyBuilder<T> IsPersonal<T>(this PropertyBuilder<T> property) =>
        (PropertyBuilder<T>)property.HasAnnotation(Shown, AuditShown.Personal);

    /// <summary>Sounds like a secret or a person and is neither: the log shows it.</summary>
    /// <param name="property">The property.</param>
    /// <param name="what">What it is, in a few words.</param>
    /// <typeparam name="T">The property's type.</typeparam>
    public static PropertyBuilder<T> MayBeShown<T>(this PropertyBuilder<T> property, string what) =>
        (PropertyBuilder<T>)property.HasAnnotation(Shown, what);

    /// <summary>Whether an annotation is one of these marks.</summary>
    internal static bool IsOne(string annotation) => annotation.StartsWith(Prefix, StringComparison.Ordinal);

    /// <summary>The word an entity is audited under.</summary>
    public static string WordOf(IReadOnlyEntityType entity) =>
        entity.FindAnnotation(Word)?.Value as string ?? SnakeCase.Of(entity.ClrType.Name);

    /// <summary>Why it is not audited; null when it is.</summary>
    public static string? ExemptionOf(IReadOnlyAnnotatable marked) => marked.FindAnnotation(Exempt)?.Value as string;

    /// <summary>What was said about showing a property; null when nothing was.</summary>
    public static string? ShownOf(IReadOnlyProperty property) => property.FindAnnotation(Shown)?.Value as string;
}

/// <summary>The two ways a property is kept out of the log.</summary>
public static class AuditShown
{
    /// <summary>A secret.</summary>
    public const string Secret = "secret";

    /// <summary>About a person.</summary>
    public const string Personal = "personal";
}
