namespace Automat.Server.People;

/// <summary>Names the texts of this module's pages and mails (<c>Texts.resx</c>, <c>.de</c>, <c>.es</c>) to the localizer.</summary>
public sealed class Texts;

/// <summary>The first step of signing in.</summary>
/// <param name="ReturnUrl">Where to go afterwards.</param>
/// <param name="Name">The name as it was typed.</param>
/// <param name="Error">What went wrong, as the name of a text.</param>
/// <param name="Done">What was just done, as the name of a text.</param>
public sealed record SignInView(string ReturnUrl, string Name = "", string? Error = null, string? Done = null);

/// <summary>The second step.</summary>
/// <param name="ReturnUrl">Where to go afterwards.</param>
/// <param name="ByRecoveryCode">Whether a recovery code is asked for instead of the app's.</param>
/// <param name="Error">What went wrong, as the name of a text.</param>
public sealed record CodeView(string ReturnUrl, bool ByRecoveryCode, string? Error = null);

/// <summary>Asking for a link to a new password.</summary>
/// <param name="Sent">Whether it was asked for; the page does not say whether the address is known.</param>
public sealed record ForgotView(bool Sent);

/// <summary>Choosing a new password with a link from a mail.</summary>
/// <param name="Person">Whose.</param>
/// <param name="Token">The link's secret part.</param>
/// <param name="Faults">What is wrong with the password, as names of texts.</param>
/// <param name="Over">Whether the link works no longer.</param>
public sealed record ResetView(string Person, string Token, IReadOnlyList<string> Faults, bool Over = false);

/// <summary>What somebody typed who joins.</summary>
/// <param name="Email">The address; fixed where the invitation names one.</param>
/// <param name="FirstName">First name.</param>
/// <param name="LastName">Last name.</param>
public sealed record JoinForm(string Email = "", string FirstName = "", string LastName = "");

/// <summary>Accepting an invitation.</summary>
/// <param name="Token">The link's secret part.</param>
/// <param name="Organization">Who invites.</param>
/// <param name="Role">As what, as the name of a text.</param>
/// <param name="Address">Whom it was sent to; null for the first administrator.</param>
/// <param name="IsKnown">Whether that address already signs in here: then its own password is asked for.</param>
/// <param name="Form">What was typed.</param>
/// <param name="Faults">What is wrong with the password, as names of texts.</param>
/// <param name="Error">What is wrong with the rest, as the name of a text.</param>
public sealed record InvitationView(
    string Token, string Organization, string Role, string? Address, bool IsKnown, JoinForm Form, IReadOnlyList<string> Faults,
    string? Error = null);

/// <summary>Proving again who one is.</summary>
/// <param name="ReturnUrl">Where to go afterwards.</param>
/// <param name="Error">What went wrong, as the name of a text.</param>
public sealed record ReauthenticationView(string ReturnUrl, string? Error = null);

/// <summary>An organisation somebody works for.</summary>
/// <param name="Id">Which.</param>
/// <param name="Name">Its name.</param>
/// <param name="Role">The role there, as the name of a text.</param>
/// <param name="IsInUse">Whether it is the one worked for at the moment.</param>
public sealed record WorkplaceView(string Id, string Name, string Role, bool IsInUse);

/// <summary>The panel's first page.</summary>
/// <param name="Name">Who is signed in.</param>
/// <param name="Account">The name they sign in with.</param>
/// <param name="Workplaces">Where they work.</param>
/// <param name="WantsSecondStep">Whether the second step was put off.</param>
public sealed record HomeView(string Name, string Account, IReadOnlyList<WorkplaceView> Workplaces, bool WantsSecondStep);

/// <summary>A place somebody is signed in at.</summary>
/// <param name="Id">Which.</param>
/// <param name="Agent">What the browser or program calls itself.</param>
/// <param name="Address">Where it began.</param>
/// <param name="Since">When it began.</param>
/// <param name="SeenAt">When it was last used.</param>
/// <param name="IsThis">Whether it is the one at hand.</param>
public sealed record SessionView(string Id, string Agent, string Address, DateTimeOffset Since, DateTimeOffset SeenAt, bool IsThis);

/// <summary>A passkey.</summary>
/// <param name="Id">Which.</param>
/// <param name="Name">What its owner calls it.</param>
/// <param name="Since">When it was added.</param>
public sealed record PasskeyView(string Id, string Name, DateTimeOffset Since);

/// <summary>The own account.</summary>
/// <param name="Account">The name one signs in with.</param>
/// <param name="HasSecondStep">Whether an authenticator app is set up.</param>
/// <param name="MustHaveSecondStep">Whether the role demands one.</param>
/// <param name="RecoveryCodesLeft">How many recovery codes are left.</param>
/// <param name="Passkeys">The passkeys.</param>
/// <param name="Sessions">Where one is signed in.</param>
/// <param name="Done">What was just done, as the name of a text.</param>
public sealed record AccountView(
    string Account, bool HasSecondStep, bool MustHaveSecondStep, int RecoveryCodesLeft, IReadOnlyList<PasskeyView> Passkeys,
    IReadOnlyList<SessionView> Sessions, string? Done);

/// <summary>Changing the own password.</summary>
/// <param name="Account">The name one signs in with, for password safes.</param>
/// <param name="Faults">What is wrong with the new one, as names of texts.</param>
/// <param name="Error">What is wrong with the present one, as the name of a text.</param>
public sealed record PasswordView(string Account, IReadOnlyList<string> Faults, string? Error = null);

/// <summary>Setting up an authenticator app.</summary>
/// <param name="Secret">The secret to type, in groups of four.</param>
/// <param name="Qr">The same as a picture: a PNG of our own making, as a data address.</param>
/// <param name="IsMandatory">Whether nothing else opens before.</param>
/// <param name="MayPostpone">Whether it can be put off.</param>
/// <param name="Error">What went wrong, as the name of a text.</param>
public sealed record AuthenticatorView(string Secret, string Qr, bool IsMandatory, bool MayPostpone, string? Error = null);

/// <summary>A fresh set of recovery codes, shown once.</summary>
/// <param name="Codes">The codes.</param>
public sealed record RecoveryCodesView(IReadOnlyList<string> Codes);

/// <summary>Somebody who works here.</summary>
/// <param name="Id">Who.</param>
/// <param name="Name">Their name.</param>
/// <param name="Account">What they sign in with.</param>
/// <param name="Role">Their role.</param>
/// <param name="IsDisabled">Whether they are switched off.</param>
/// <param name="HasSecondStep">Whether they have a second step.</param>
/// <param name="SeenAt">When they were last at work.</param>
/// <param name="WorksNow">Whether that was a moment ago.</param>
/// <param name="IsSelf">Whether it is the reader.</param>
public sealed record ColleagueView(
    string Id, string Name, string Account, Role Role, bool IsDisabled, bool HasSecondStep, DateTimeOffset? SeenAt, bool WorksNow,
    bool IsSelf);

/// <summary>An invitation nobody has accepted yet.</summary>
/// <param name="Id">Which.</param>
/// <param name="Email">Whom it was sent to.</param>
/// <param name="Role">As what.</param>
/// <param name="ExpiresAt">Until when it works.</param>
public sealed record OpenInvitationView(string Id, string Email, Role Role, DateTimeOffset ExpiresAt);

/// <summary>Who works for the organisation.</summary>
/// <param name="People">They.</param>
/// <param name="Invitations">Who may still join.</param>
/// <param name="MayChange">Whether the reader may change anything.</param>
/// <param name="Email">The address as it was typed.</param>
/// <param name="Error">What went wrong, as the name of a text.</param>
/// <param name="Done">What was just done, as the name of a text.</param>
public sealed record PeopleView(
    IReadOnlyList<ColleagueView> People, IReadOnlyList<OpenInvitationView> Invitations, bool MayChange, string Email = "",
    string? Error = null, string? Done = null);

/// <summary>A token.</summary>
/// <param name="Id">Which.</param>
/// <param name="Name">What it is for.</param>
/// <param name="Start">How it begins.</param>
/// <param name="IsService">Whether it belongs to the organisation.</param>
/// <param name="Scopes">What it may do.</param>
/// <param name="ExpiresAt">When it ends.</param>
/// <param name="LastUsedAt">When it was last presented.</param>
public sealed record TokenView(
    string Id, string Name, string Start, bool IsService, IReadOnlyList<string> Scopes, DateTimeOffset? ExpiresAt,
    DateTimeOffset? LastUsedAt);

/// <summary>The tokens one may see, and the way to a new one.</summary>
/// <param name="Tokens">They.</param>
/// <param name="Scopes">What a new one could carry.</param>
/// <param name="MayMakeService">Whether tokens of the organisation are the reader's to make.</param>
/// <param name="NewKey">A token just made: shown now and never again.</param>
/// <param name="Error">What went wrong, as the name of a text.</param>
/// <param name="Done">What was just done, as the name of a text.</param>
public sealed record TokensView(
    IReadOnlyList<TokenView> Tokens, IReadOnlyList<string> Scopes, bool MayMakeService, string? NewKey = null, string? Error = null,
    string? Done = null);

/// <summary>What is kept about oneself.</summary>
/// <param name="Error">What went wrong, as the name of a text.</param>
public sealed record OwnDataView(string? Error = null);

/// <summary>What is kept about a customer.</summary>
/// <param name="Email">The address as it was typed.</param>
/// <param name="Error">What went wrong, as the name of a text.</param>
/// <param name="Done">What was just done, as the name of a text.</param>
public sealed record CustomerDataView(string Email, string? Error = null, string? Done = null);
