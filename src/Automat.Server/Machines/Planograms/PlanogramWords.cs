using System.Globalization;
using Automat.Domain;
using Automat.Domain.Planograms;
using Automat.Server.Platform;
using Automat.Server.Storefront;
using Microsoft.Extensions.Localization;

namespace Automat.Server.Machines.Planograms;

/// <summary>Which text says what, and numbers as people write them.</summary>
internal static class PlanogramWords
{
    /// <summary>A fault as a sentence for the reader.</summary>
    public static string Say(this IStringLocalizer<Texts> texts, LayoutFault fault) => fault.IsByWeight
        ? texts[WeightText(fault.Kind), new Quantity((int)(fault.Number ?? 0), IsByWeight: true)]
        : texts[FaultText(fault.Kind), fault.Number ?? 0];

    /// <summary>The name of the text about a kind of fault.</summary>
    public static string FaultText(LayoutFaultKind kind) => kind switch
    {
        LayoutFaultKind.CodeInvalid => "Fault.CodeInvalid",
        LayoutFaultKind.CodeTwice => "Fault.CodeTwice",
        LayoutFaultKind.TooManySlots => "Fault.TooManySlots",
        LayoutFaultKind.ProductUnknown => "Fault.ProductUnknown",
        LayoutFaultKind.PriceOutOfRange => "Fault.PriceOutOfRange",
        LayoutFaultKind.CapacityOutOfRange => "Fault.CapacityOutOfRange",
        LayoutFaultKind.CapacityBelowStock => "Fault.CapacityBelowStock",
        LayoutFaultKind.ParAboveCapacity => "Fault.ParAboveCapacity",
        LayoutFaultKind.MinimumAbovePar => "Fault.MinimumAbovePar",
        LayoutFaultKind.Promised => "Fault.Promised",
        LayoutFaultKind.NeedsWeighing => "Fault.NeedsWeighing",
    };

    /// <summary>The same where its number is a weight.</summary>
    private static string WeightText(LayoutFaultKind kind) => kind switch
    {
        LayoutFaultKind.CapacityOutOfRange => "Fault.RoomForWeight",
        LayoutFaultKind.CapacityBelowStock => "Fault.WeightThere",
        LayoutFaultKind.Promised => "Fault.WeightPromised",
        _ => FaultText(kind),
    };

    /// <summary>The name of the text that says how a version came to be.</summary>
    public static string OriginText(VersionOrigin origin) => origin switch
    {
        VersionOrigin.Published => "Origin.Published",
        VersionOrigin.RolledBack => "Origin.RolledBack",
        VersionOrigin.Written => "Origin.Written",
        VersionOrigin.Found => "Origin.Found",
    };

    /// <summary>The name of the text about a refusal; null where a page has nothing to say about it.</summary>
    public static string? RefusalText(string code) => code switch
    {
        "slot_unknown" => "Refused.SlotGone",
        "draft_unknown" => "Refused.DraftGone",
        "draft_changed" => "Refused.DraftChanged",
        "planogram_changed" => "Refused.ChangedMeanwhile",
        "planogram_invalid" => "Refused.Invalid",
        "machine_retired" => "Refused.Retired",
        "layout_too_large" => "Refused.TooLarge",
        "currency_mismatch" => "Refused.Currency",
        "template_unknown" => "Refused.TemplateGone",
        "template_invalid" => "Refused.TemplateName",
        "too_many_templates" => "Refused.TooManyTemplates",
        "version_unknown" => "Refused.VersionGone",
        "note_invalid" => "Refused.Note",
        "product_unknown" => "Refused.NoProduct",
        "code_invalid" => "Refused.NoCode",
        "selection_empty" => "Refused.NothingChosen",
        "selection_large" => "Refused.ChooseOne",
        "machine_unknown" => "Refused.NoMachine",
        _ => null,
    };

    /// <summary>An amount as a field shows it: <c>1.50</c>.</summary>
    public static string Typed(long minor, Currency currency)
    {
        var scale = currency.MinorDigits switch { 0 => 1m, 3 => 1000m, _ => 100m };
        return (minor / scale).ToString($"F{currency.MinorDigits}", CultureInfo.InvariantCulture);
    }

    /// <summary>A count as a field shows it, in pieces or kilograms; nothing for none.</summary>
    public static string Typed(int? count, bool byWeight) => count is { } known ? new Quantity(known, byWeight).Typed : "";

    /// <summary>What was typed as a price: minor units; null when it is none.</summary>
    public static long? PriceIn(string? typed, Currency currency)
    {
        try
        {
            return TypedAmount.MinorOf(typed, currency);
        }
        catch (RuleException)
        {
            return null;
        }
    }

    /// <summary>What was typed as a count of pieces, or in kilograms; a lone hyphen or nothing is none.</summary>
    public static bool TryCount(string? typed, bool byWeight, out int? count)
    {
        count = null;
        var text = typed?.Trim() ?? "";
        if (text is "" or "-" or "–") return true;
        count = Quantity.Read(text, byWeight);
        return count is not null;
    }
}
