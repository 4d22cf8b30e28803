# German (Deutsch)

# Which way the script runs: ltr or rtl
direction = ltr

## At the foot of every page

about_xmpp = { $site_name } ist Teil von XMPP, einem offenen Chat-Netz. Wie die E-Mail gehört es keiner einzelnen Firma.

## The invitation

invite_title = Einladung zu { $site_name }
invite_title_from = { $inviter } lädt dich zu { $site_name } ein
invite_title_contact = { $inviter } möchte mit dir chatten
invite_heading = Du bist zum Chatten auf { $site_name } eingeladen
invite_heading_from = { $inviter } lädt dich zum Chatten auf { $site_name } ein
invite_lead = Such dir eine App und einen Namen aus, und schon kannst du chatten. Das Konto ist kostenlos, und niemand fragt nach deiner Telefonnummer.
invite_lead_from = Sobald du dabei bist, steht { $inviter } in deinen Kontakten – und umgekehrt. Das Konto ist kostenlos, und niemand fragt nach deiner Telefonnummer.
invite_lead_contact = Öffne diese Einladung in deiner Chat-App, dann steht { $inviter } in deinen Kontakten – und umgekehrt.
invite_reserved = Die Chat-Adresse { $address } ist für dich reserviert.
invite_preview = Öffne den Link, such dir eine App aus und chatte mit.

# $platform is the name of an operating system, such as Android
app_recommended = Eine gute App für { $platform }
platform_iOS = iPhone und iPad
platform_macOS = Mac
app_continue = Weiter mit { $app }
app_elsewhere = { $app } woanders herunterladen
app_choose = Such dir eine App aus
app_others = Andere Apps
app_other_devices = Apps für andere Geräte
app_select = Auswählen
have_app = Ich habe schon eine App
have_app_open = Wenn auf diesem Gerät eine App für XMPP installiert ist, geht es dort weiter:
have_app_button = Einladung in meiner App öffnen
have_app_register = Oder wähle Name und Passwort hier im Browser und nutze sie dann in jeder App:
register_here = Im Browser registrieren
contact_open = In meiner Chat-App öffnen
contact_address = Nichts passiert? Dann füge diese Adresse in der App zu deinen Kontakten hinzu:
contact_no_app = Ich habe noch keine Chat-App
contact_no_app_text = Diese Apps sind geeignet. Du brauchst auch ein Konto; die App hilft dir dabei.
qr_summary = Auf einem anderen Gerät weitermachen
qr_text = Richte die Kamera deines Handys oder Tablets auf dieses Bild, um die Einladung dort zu öffnen.
qr_alternative = QR-Code mit der Adresse dieser Seite

# What the apps are like, by their ids
about_app_conversations = Ausgereift und zuverlässig, für Android: mit Anrufen, Gruppen und Verschlüsselung.
about_app_cheogram = Verspielt, für Android: mit Stickern, Anrufen und vielen Extras.
about_app_yaxim = Klein und einfach, läuft auch auf älteren Android-Handys.
about_app_monal = Modern und privat, zu Hause auf iPhone, iPad und Mac.
about_app_siskin-im = Schlank, für iPhone und iPad, mit Sprach- und Videoanrufen.
about_app_beagle-im = Schlank, für den Mac, mit Sprach- und Videoanrufen.
about_app_dino = Aufgeräumt und freundlich, für Linux, mit Anrufen und Dateiversand.
about_app_gajim = Mit allem, was du am Computer brauchst: Gruppen, Dateiversand und Verschlüsselung.
about_app_renga = Eigens für Haiku gemacht.

## An app that takes over the invitation

setup_title = Mit { $app } auf { $site_name } chatten
setup_install = { $app } installieren
setup_install_text = Hol dir { $app } an einer dieser Stellen und komm dann auf diese Seite zurück:
setup_open = Einladung öffnen
setup_open_text = Sobald { $app } installiert ist, bringst du mit diesem Knopf die Einrichtung in der App zu Ende:
setup_open_button = Einladung in { $app } annehmen
setup_register = Konto erstellen
setup_register_text = Wähle Name und Passwort hier im Browser und melde dich dann damit in { $app } an.
setup_fallback = Der Knopf tut nichts?
setup_fallback_text = Dann wähle Name und Passwort hier im Browser und melde dich damit in der App an.

## Invitations that cannot be used

invalid_unknown = Diese Einladung gibt es nicht
invalid_unknown_text = Vielleicht fehlt ein Teil des Links, oder die Einladung wurde zurückgezogen. Prüfe, ob du den ganzen Link geöffnet hast, oder bitte um eine neue.
invalid_expired = Diese Einladung ist abgelaufen
invalid_expired_text = Einladungen gelten nur für begrenzte Zeit. Bitte die Person, von der sie kam, um eine neue.
invalid_used = Diese Einladung wurde schon verwendet
invalid_used_text = Eine Einladung reicht für ein Konto. Falls du das warst: Öffne deine App und melde dich an. Falls nicht, bitte um eine neue.
invalid_reset = Dieser Link ist für etwas anderes
invalid_reset_text = Er ist dafür da, ein neues Passwort zu wählen. Das bietet dieser Server im Web aber nicht an. Wende dich an die Leute, die { $site_name } betreiben.
unknown_app = Diese App kennen wir nicht
unknown_app_text = Geh zurück zur Einladung und such dir dort eine App aus.
unknown_app_button = Zurück zur Einladung
page_failed = Etwas ist schiefgegangen
page_failed_text = Das liegt an uns, nicht an dir. Es ist nichts verloren: Warte einen Moment und versuch es noch einmal.

## The form

register_title = Dein neues Konto auf { $site_name }
register_lead = Zwei Angaben reichen. Sie gelten für jede App, auf allen deinen Geräten.
register_lead_from = Zwei Angaben reichen. Danach steht { $inviter } in deinen Kontakten – und umgekehrt.
register_in_app = Du hast { $app } schon auf diesem Gerät?
register_in_app_button = Weiter in { $app }
name_label = Wähle deinen Namen
name_reserved_label = Dein Name
name_hint = Daraus wird deine Chat-Adresse:
name_example = deinname
name_reserved_hint = Diese Einladung gilt für { $address }.
password_label = Wähle ein Passwort
password_hint = Ein paar Wörter hintereinander lassen sich leicht merken und schwer erraten.
password_show = Passwort anzeigen
password_hide = Passwort verbergen
register_button = Mein Konto erstellen

rule_length = { $length ->
    [one] Mindestens ein Zeichen
   *[other] Mindestens { $length } Zeichen
}
rule_exclude_username = Dein Name kommt darin nicht vor
rule_common = Keines, das viele verwenden
rule_strength = Nicht leicht zu erraten

## What is wrong with the form. The first three are known to operators’ own templates.

problem_fields = Bitte fülle alle Felder aus.
problem_name_characters = Dieser Benutzername enthält ungültige Zeichen.
problem_name_taken = Dieser Benutzername ist schon vergeben.
problem_name_missing = Wähle einen Namen.
problem_name_long = Dieser Name ist zu lang. Wähle einen kürzeren.
problem_name_reserved = Diese Einladung gilt nur für den Namen { $username }.
problem_name_reserved_taken = Zu diesem Namen gibt es schon ein Konto. Ist es deins? Dann öffne deine App und melde dich an. Sonst bitte um eine neue Einladung.
problem_name_free = Diese sind noch frei:
problem_password_no_password = Wähle ein Passwort.
problem_password_characters = Das Passwort enthält Zeichen, die in Passwörtern nicht erlaubt sind.
problem_title = Bitte sieh dir das noch einmal an
# The rules of the password policy, by their names
problem_password_length = Das Passwort ist zu kurz (mindestens { $length } Zeichen).
problem_password_max_length = Das Passwort ist zu lang (höchstens { $max_length } Zeichen).
problem_password_username = Das Passwort darf deinen Benutzernamen nicht enthalten.
problem_password_common = Dieses Passwort verwenden viele Leute. Wähle ein anderes.
problem_password_strength = Dieses Passwort ist leicht zu erraten. Mach es länger oder ungewöhnlicher.

## The account is there

success_title = Willkommen bei { $site_name }
success_heading = Dein Konto ist fertig
success_text = Du hast jetzt ein Konto auf { $site_name }.
success_address = Deine Chat-Adresse
success_keep = Pass gut auf dein Passwort auf: Niemand kann es auf dem Server lesen, und niemand wird dich je danach fragen.
success_install = { $app } holen
success_install_text = Noch nicht installiert? Hier bekommst du die App:
success_login = In { $app } anmelden
success_login_text = Öffne { $app } und melde dich mit deiner Chat-Adresse und deinem Passwort an.
success_any = Öffne eine beliebige App für XMPP und melde dich mit deiner Chat-Adresse und deinem Passwort an.
success_webchat = Im Browser chatten
success_webchat_text = Gerade keine App zur Hand? Melde dich im Webchat an:
success_share = So finden dich deine Freunde
success_share_text = Wer schon eine Chat-App hat, kann die Kamera auf dieses Bild richten oder deine Chat-Adresse als Link öffnen:
success_qr_alternative = QR-Code mit deiner Chat-Adresse

## Registration did not work

error_title = Die Registrierung hat nicht geklappt
error_denied = Die Registrierung ist nicht erlaubt.
error_elsewhere = Dieses Formular wurde von einer anderen Website abgeschickt. Öffne deine Einladung noch einmal und fülle das Formular dort aus.
error_throttled = Zu viele Versuche aus deinem Netz. Warte ein paar Minuten und versuch es dann noch einmal.
error_busy = Der Server ist gerade ausgelastet. Geh zurück und versuch es in ein paar Sekunden noch einmal.
# $id is a short code for the server’s log
error_failed = Ein unbekannter Fehler ist aufgetreten ({ $id })
error_failed_text = Das liegt an uns, nicht an dir. Versuch es noch einmal oder gib diesen Code an die Leute weiter, die { $site_name } betreiben.
error_back = Zurück zur Einladung

## A new password

reset_title = Neues Passwort wählen
reset_heading = Wähle ein neues Passwort
reset_lead = Für dein Konto { $address } auf { $site_name }.
reset_password_label = Neues Passwort
reset_button = Neues Passwort speichern
reset_done = Dein Passwort wurde geändert
reset_done_text = Melde dich damit in deinen Apps neu an: Sie kennen noch das alte.
reset_expired = Dieser Link ist abgelaufen
reset_expired_text = Links zum Wählen eines Passworts gelten nur für begrenzte Zeit. Bitte die Leute, die { $site_name } betreiben, um einen neuen.
reset_used = Dieser Link wurde schon verwendet
reset_used_text = Er ändert das Passwort nur einmal. Falls du das nicht warst, sag den Leuten Bescheid, die { $site_name } betreiben.
reset_unknown = Diesen Link gibt es nicht
reset_unknown_text = Vielleicht fehlt ein Teil davon. Prüfe, ob du den ganzen Link geöffnet hast, oder bitte um einen neuen.
reset_no_account = Dieses Konto gibt es nicht mehr
reset_no_account_text = Bitte die Leute, die { $site_name } betreiben, um Hilfe.

## Registration through a web form, confirmed by mail

confirm_title = Registrierung bestätigen
confirm_heading = Fast geschafft
confirm_text = Bestätige, dass du ein Konto auf { $site_name } möchtest.
confirm_code = Der Code aus der E-Mail, die du bekommen hast
confirm_failure = Das hat nicht geklappt
confirm_again = Anderen Code eingeben
confirm_unknown = Dieser Code ist nicht gültig. Vielleicht ist er abgelaufen, oder du hast ihn schon benutzt: Dann ist dein Konto bereit und du kannst dich anmelden. Sonst registriere dich bitte noch einmal.
confirm_no_token = Bitte gib den Code aus der E-Mail ein.
confirm_name_taken = Inzwischen hat jemand anderes diesen Namen. Bitte registriere dich mit einem anderen Namen.
confirm_busy = Der Server ist sehr beschäftigt. Bitte warte ein paar Sekunden und versuch es noch einmal.
confirm_failed = Bei uns ist etwas schiefgegangen. Bitte versuch es in ein paar Minuten noch einmal.

## An app asks somebody to log in

login_title = Bei { $site_name } anmelden
login_lead = Diese App möchte, dass du dich anmeldest:
login_password_safe = Dein Passwort bekommt die App nicht zu sehen. Das sieht nur { $site_name }.
login_password_label = Dein Passwort
login_button = Anmelden
login_cancel = Abbrechen und zurück zur App
login_wrong = Die Chat-Adresse oder das Passwort ist falsch. Versuch es noch einmal.
login_expired = Das hat zu lange gedauert. Bitte melde dich noch einmal an.
login_too_many = { $minutes ->
    [one] Zu viele Versuche. Warte eine Minute und versuch es dann noch einmal.
   *[other] Zu viele Versuche. Warte { $minutes } Minuten und versuch es dann noch einmal.
}
login_busy = Der Server ist gerade ausgelastet. Versuch es in ein paar Sekunden noch einmal.

## What the app may do

consent_title = Darf diese App dein Konto nutzen?
consent_name_hint = Ihren Namen suchen sich Apps selbst aus. Die Adresse zeigt, woher diese kommt.
consent_logged_in = Du bist angemeldet als
consent_not_you = Das bist nicht du? Anderes Konto verwenden
consent_scopes = Wenn du es erlaubst, kann die App
consent_nothing = Deine Nachrichten und Kontakte möchte die App nicht sehen.
consent_policy = Was die App mit deinen Daten macht
consent_terms = Nutzungsbedingungen der App
consent_allow = Erlauben
consent_deny = Ablehnen

# These follow “If you allow it, the app can”
scope_openid = Erfahren, wer du bist
scope_openid_text = Deine Chat-Adresse und wann du dich angemeldet hast
scope_offline_access = Verbunden bleiben
scope_offline_access_text = Auch während du weg bist und ohne dich noch einmal zu fragen
scope_xmpp = Dein ganzes Konto nutzen
scope_xmpp_text = In deinem Namen Nachrichten lesen und schreiben, deine Kontakte sehen und ändern
# $role is the name of a role, as the server’s software has it
scope_role = Mit der Rolle „{ $role }“ handeln
scope_role_text = Alles tun, was Leute mit dieser Rolle auf { $site_name } können

## A code to copy into the app

oob_title = Ein letzter Schritt
oob_text = Kopiere diesen Code in { $client_name } und zeig ihn sonst niemandem. Dann kannst du diese Seite schließen.
oob_label = Dein Code
oob_copy = Code kopieren
oob_copied = Kopiert

## An app on another device, such as a television

device_title = Gerät verbinden
device_lead = Eine App auf einem anderen Gerät möchte sich bei { $site_name } anmelden? Gib den Code ein, den sie anzeigt.
device_label = Code
device_hint = Er sieht so aus: XXXX-XXXX
device_button = Weiter
device_unknown = Dieser Code ist falsch oder abgelaufen. Vergleiche ihn mit deinem Gerät oder fang dort noch einmal an.
device_too_many = { $minutes ->
    [one] Zu viele falsche Codes. Warte eine Minute und versuch es dann noch einmal.
   *[other] Zu viele falsche Codes. Warte { $minutes } Minuten und versuch es dann noch einmal.
}
device_confirm_title = Ist das dein Gerät?
device_confirm_lead = Auf einem anderen Gerät möchte sich diese App mit deinem Konto anmelden:
device_confirm_code = Vergleiche den Code. Dein Gerät muss diesen anzeigen:
device_confirm_text = Mach nur weiter, wenn er gleich ist und du das gerade eben selbst angefangen hast.
device_confirm_button = Ja, weiter
device_confirm_stop = Das warst nicht du, oder jemand hat dir den Code geschickt? Dann schließ diese Seite. Es ist nichts passiert.
device_done = Dein Gerät ist verbunden
device_done_text = Geh zurück zu deinem Gerät: Dort geht es mit { $client_name } weiter. Diese Seite kannst du schließen.

## The app cannot be let in

oauth_error_title = Die App ist nicht verbunden
oauth_error_request = Wir verstehen nicht, was die App möchte. Es ist nichts passiert: Geh zurück zur App und versuch es noch einmal, oder sag den Leuten Bescheid, die sie machen.
oauth_error_client = Diese App kennen wir nicht oder nicht mehr. Geh zurück zur App und fang noch einmal an, oder sag den Leuten Bescheid, die sie machen.
oauth_error_redirect = Die App möchte dich an einen Ort schicken, von dem sie uns nichts gesagt hat. Sicherheitshalber hören wir hier auf: Sag den Leuten Bescheid, die die App machen.
oauth_error_elsewhere = Dieses Formular wurde von einer anderen Website abgeschickt. Geh zurück zur App und fang dort noch einmal an.
oauth_error_form = Das Formular ist beschädigt angekommen. Geh zurück und versuch es noch einmal.
oauth_error_denied = Du hast abgelehnt. Die App hat nichts bekommen, und du kannst diese Seite schließen.
oauth_error_nothing = Dein Konto kann der App nichts von dem geben, was sie möchte. Es ist nichts passiert.
oauth_error_failed = Bei uns ist etwas schiefgegangen. Warte einen Moment und versuch es noch einmal.
oauth_error_details = Einzelheiten für die Leute, die die App entwickeln:
