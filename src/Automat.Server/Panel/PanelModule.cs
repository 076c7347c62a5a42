namespace Automat.Server.Panel;

/// <summary>What the staff's pages share: the frame with its way around, fields of forms. Each page lives in its module.</summary>
public static class PanelModule
{
    /// <summary>Adds what the frame needs to speak three languages.</summary>
    public static IServiceCollection AddPanel(this IServiceCollection services) => services.AddLocalization();
}

/// <summary>Names the frame's texts (<c>Texts.resx</c>, <c>.de</c>, <c>.es</c>) to the localizer.</summary>
public sealed class Texts;
