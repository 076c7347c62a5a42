using System.Collections.Frozen;

namespace Automat.Server.People;

/// <summary>
/// The words most passwords are made of, in the languages of our pages. A password whose core is one of them is refused,
/// whatever digits and signs stand around it or in place of its letters.
/// </summary>
internal static class CommonPasswords
{
    /// <summary>Lower case, letters only.</summary>
    public static readonly FrozenSet<string> Cores =
        """
        abril acceso access account admin administrador administrator affe agosto alexander america amigo amor amore
        andreas android angel antonio apple april arcade arsenal asdfghjkl ashley august automat automaten autumn
        azerty baby babygirl banana barcelona baseball basketball batman bayern bear beispiel benutzer berlin
        bienvenido blume boss buero business buster butterfly california carino carlos champion changeme changethis
        charlie cheese chef chelsea chocolate christ christian coffee company computer contrasena contraseña cookie
        corvette cuenta daniel darling database december default demo deutschland dezember diciembre dienstag dios
        domingo donnerstag dortmund drache dragon ducati ejemplo empresa enero engel england espana example facebook
        familia familie family father febrero februar february feliz ferrari firma flower football fortnite
        francisco freedom freiheit freitag freund friday fridge frieden friend fruhling fussball futbol gandalf gast
        geheim geheimnis germany ginger gluck glucklich god golf google gott guest guitar hacker hallo hamburg happy
        harley heaven hello herbst hockey hola honey hunter iamthebest ichliebedich iloveyou instagram internet
        invierno iphone januar january jennifer jessica jesus jordan jose joshua juan jueves juli julio july june
        juni junio juventus kaffee killer king konig konto kuehlschrank letmein libertad liebe liebling lion
        liverpool login london love lovely loveyou lowe lucky lunes machine madrid maggie manager manuel maquina
        march maria mario mariposa martes martin marz marzo maschine master matrix matthew mayo meinpasswort meister
        mercedes merlin michael michelle micontrasena microsoft miercoles minecraft mittwoch monday monkey montag
        mother muenchen munchen music musik mustang mutter mypassword nada network netzwerk neuespasswort
        newpassword newyork nichts nicole ninja nothing november noviembre october octubre office oficina oktober
        openup orange ordenador panther paris pass passphrase passwd password passwordpassword passwort peace pepper
        phoenix pirate pokemon porsche prince princesa princess prinz prinzessin probe prueba queen qwerty
        qwertyuiop qwertz rainbow realmadrid rechner regenbogen reina robot roboter root sabado sabrina sample
        samstag samsung sandra saturday schatten schatz schatzi schmetterling schokolade secret secreto september
        septiembre server shadow signin soccer sombra something sommer sonic sonne sonnenschein sonntag spiderman
        spring standard starwars stefan suerte summer sunday sunflower sunshine superman supersecret sweetheart
        system teamo teamor temp temporary tennis tequiero test tester testing texas thebest thepassword thomas
        thursday tiger topsecret trustno trustnoone tuesday twitter user usuario vater vending verano viernes
        wednesday welcome whatever willkommen windows winter wolf yamaha yourpassword youtube zugang zxcvbnm
        """.Split([' ', '\n'], StringSplitOptions.RemoveEmptyEntries | StringSplitOptions.TrimEntries).ToFrozenSet(StringComparer.Ordinal);
}
