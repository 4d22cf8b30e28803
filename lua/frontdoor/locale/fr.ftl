# French (français)

# Which way the script runs: ltr or rtl
direction = ltr

## At the foot of every page

about_xmpp = { $site_name } fait partie de XMPP, un réseau de discussion ouvert. Comme l’e-mail, il n’appartient à aucune entreprise en particulier.

## The invitation

invite_title = Invitation à rejoindre { $site_name }
invite_title_from = { $inviter } vous invite à rejoindre { $site_name }
invite_title_contact = { $inviter } aimerait discuter avec vous
invite_heading = On vous invite à discuter sur { $site_name }
invite_heading_from = { $inviter } vous invite à discuter sur { $site_name }
invite_lead = Choisissez une appli, choisissez un nom et commencez à discuter. Le compte est gratuit, et personne ne vous demande votre numéro de téléphone.
invite_lead_from = Dès votre inscription, { $inviter } apparaît dans vos contacts, et vous dans les siens. Le compte est gratuit, et personne ne vous demande votre numéro de téléphone.
invite_lead_contact = Ouvrez cette invitation dans votre appli de discussion : { $inviter } apparaît alors dans vos contacts, et vous dans les siens.
invite_reserved = L’adresse de discussion { $address } vous est réservée.
invite_preview = Ouvrez le lien, choisissez une appli et rejoignez la discussion.

# $platform is the name of an operating system, such as Android
app_recommended = Une bonne appli pour { $platform }
platform_iOS = iPhone et iPad
platform_macOS = Mac
app_continue = Continuer avec { $app }
app_elsewhere = Obtenir { $app } ailleurs
app_choose = Choisissez une appli
app_others = Autres applis
app_other_devices = Applis pour d’autres appareils
app_select = Choisir
have_app = J’ai déjà une appli
have_app_open = Si une appli pour XMPP est installée sur cet appareil, elle peut prendre le relais :
have_app_button = Ouvrir l’invitation dans mon appli
have_app_register = Ou choisissez votre nom et votre mot de passe ici, dans le navigateur, puis utilisez-les dans n’importe quelle appli :
register_here = M’inscrire dans le navigateur
contact_open = Ouvrir dans mon appli de discussion
contact_address = Rien ne se passe ? Ajoutez alors cette adresse à vos contacts dans l’appli :
contact_no_app = Je n’ai pas encore d’appli de discussion
contact_no_app_text = Ces applis conviennent. Il vous faut aussi un compte ; l’appli vous aide à en obtenir un.
qr_summary = Continuer sur un autre appareil
qr_text = Pour ouvrir l’invitation sur un téléphone ou une tablette, pointez son appareil photo vers cette image.
qr_alternative = Code QR contenant l’adresse de cette page

# What the apps are like, by their ids
about_app_conversations = Une messagerie aboutie et fiable pour Android, avec appels, groupes et chiffrement.
about_app_cheogram = Une messagerie ludique pour Android, avec autocollants, appels et bien d’autres extras.
about_app_yaxim = Une messagerie légère et simple, qui fonctionne aussi sur les anciens téléphones Android.
about_app_monal = Une messagerie moderne et privée, à l’aise sur iPhone, iPad et Mac.
about_app_siskin-im = Une messagerie légère pour iPhone et iPad, avec appels audio et vidéo.
about_app_beagle-im = Une messagerie légère pour Mac, avec appels audio et vidéo.
about_app_dino = Une messagerie claire et conviviale pour Linux, avec appels et partage de fichiers.
about_app_gajim = Une messagerie complète pour ordinateur, avec groupes, partage de fichiers et chiffrement.
about_app_renga = Une messagerie conçue pour Haiku.

## An app that takes over the invitation

setup_title = Discuter sur { $site_name } avec { $app }
setup_install = Installez { $app }
setup_install_text = Téléchargez { $app } à l’un de ces endroits, puis revenez sur cette page :
setup_open = Ouvrez votre invitation
setup_open_text = Une fois { $app } sur votre appareil, ce bouton termine la configuration dans l’appli :
setup_open_button = Accepter l’invitation dans { $app }
setup_register = Créez votre compte
setup_register_text = Choisissez votre nom et votre mot de passe ici, dans le navigateur, puis utilisez-les pour vous connecter dans { $app }.
setup_fallback = Le bouton ne fait rien ?
setup_fallback_text = Choisissez alors votre nom et votre mot de passe ici, dans le navigateur, puis utilisez-les pour vous connecter dans l’appli.

## Invitations that cannot be used

invalid_unknown = Cette invitation n’existe pas
invalid_unknown_text = Il manque peut-être une partie du lien, ou l’invitation a été retirée. Vérifiez que vous avez ouvert le lien en entier, ou demandez une nouvelle invitation.
invalid_expired = Cette invitation a expiré
invalid_expired_text = Les invitations ne sont valables que pour une durée limitée. Demandez-en une nouvelle à la personne qui vous l’a envoyée.
invalid_used = Cette invitation a déjà servi
invalid_used_text = Une invitation ne permet de créer qu’un seul compte. Si c’est vous qui l’avez utilisée, ouvrez votre appli et connectez-vous. Sinon, demandez-en une autre.
invalid_reset = Ce lien sert à autre chose
invalid_reset_text = Il devait permettre de choisir un nouveau mot de passe, ce que ce serveur ne propose pas sur le Web. Adressez-vous à la personne qui gère { $site_name }.
unknown_app = Nous ne connaissons pas cette appli
unknown_app_text = Revenez à l’invitation et choisissez l’une des applis proposées.
unknown_app_button = Retour à l’invitation
page_failed = Un problème est survenu
page_failed_text = C’est notre faute, pas la vôtre. Rien n’est perdu : patientez un instant, puis réessayez.

## The form

register_title = Créez votre compte sur { $site_name }
register_lead = Deux informations suffisent. Elles sont valables dans toutes les applis, sur tous vos appareils.
register_lead_from = Deux informations suffisent. Ensuite, { $inviter } apparaît dans vos contacts, et vous dans les siens.
register_in_app = Vous avez déjà { $app } sur cet appareil ?
register_in_app_button = Continuer dans { $app }
name_label = Choisissez votre nom
name_reserved_label = Votre nom
name_hint = Il devient votre adresse de discussion :
name_example = votrenom
name_reserved_hint = Cette invitation est pour { $address }.
password_label = Choisissez un mot de passe
password_hint = Quelques mots à la suite sont faciles à retenir et difficiles à deviner.
password_show = Afficher le mot de passe
password_hide = Masquer le mot de passe
register_button = Créer mon compte

rule_length = { $length ->
    [one] Au moins { $length } caractère
   *[other] Au moins { $length } caractères
}
rule_exclude_username = Votre nom n’y figure pas
rule_common = Pas un mot de passe courant
rule_strength = Difficile à deviner

## What is wrong with the form. The first three are known to operators’ own templates.

problem_fields = Veuillez remplir tous les champs.
problem_name_characters = Ce nom d’utilisateur contient des caractères non valides.
problem_name_taken = Ce nom d’utilisateur est déjà pris.
problem_name_missing = Choisissez un nom.
problem_name_long = Ce nom est trop long. Choisissez-en un plus court.
problem_name_reserved = Cette invitation est réservée au nom { $username }.
problem_name_reserved_taken = Ce nom est déjà utilisé. C’est vous ? Alors ouvrez votre appli et connectez-vous. Sinon, demandez une nouvelle invitation.
problem_name_free = Ceux-ci sont libres :
problem_password_no_password = Choisissez un mot de passe.
problem_password_characters = Le mot de passe contient des caractères qui ne peuvent pas y figurer.
problem_title = Il y a quelque chose à corriger
# The rules of the password policy, by their names
problem_password_length = Le mot de passe est trop court (nombre minimal de caractères : { $length }).
problem_password_max_length = Le mot de passe est trop long (nombre maximal de caractères : { $max_length }).
problem_password_username = Le mot de passe ne doit pas contenir votre nom d’utilisateur.
problem_password_common = Beaucoup de gens utilisent ce mot de passe. Choisissez-en un autre.
problem_password_strength = Ce mot de passe est facile à deviner. Rendez-le plus long ou moins courant.

## The account is there

success_title = Bienvenue sur { $site_name }
success_heading = Votre compte est prêt
success_text = Vous avez créé un compte sur { $site_name }.
success_address = Votre adresse de discussion
success_keep = Gardez bien votre mot de passe : personne ne peut le lire sur le serveur, et personne ne vous le demandera jamais.
success_install = Téléchargez { $app }
success_install_text = Pas encore sur votre appareil ? C’est par ici :
success_login = Connectez-vous dans { $app }
success_login_text = Ouvrez { $app } et connectez-vous avec votre adresse de discussion et votre mot de passe.
success_any = Ouvrez n’importe quelle appli pour XMPP et connectez-vous avec votre adresse de discussion et votre mot de passe.
success_webchat = Discuter dans le navigateur
success_webchat_text = Pas d’appli sous la main ? Connectez-vous à la messagerie web :
success_share = Aidez vos proches à vous trouver
success_share_text = Vos proches qui ont une appli de discussion peuvent pointer leur appareil photo vers cette image, ou ouvrir votre adresse de discussion comme un lien :
success_qr_alternative = Code QR contenant votre adresse de discussion

## Registration did not work

error_title = L’inscription n’a pas abouti
error_denied = L’inscription n’est pas autorisée.
error_elsewhere = Ce formulaire a été envoyé depuis un autre site. Rouvrez votre invitation et remplissez le formulaire qui s’y trouve.
error_throttled = Trop de tentatives depuis votre réseau. Attendez quelques minutes, puis réessayez.
error_busy = Le serveur est occupé. Revenez en arrière et réessayez dans quelques secondes.
# $id is a short code for the server’s log
error_failed = Une erreur inconnue s’est produite ({ $id })
error_failed_text = C’est notre faute, pas la vôtre. Réessayez, ou communiquez ce code à la personne qui gère { $site_name }.
error_back = Retour à l’invitation

## A new password

reset_title = Choisir un nouveau mot de passe
reset_heading = Choisissez un nouveau mot de passe
reset_lead = Pour votre compte { $address } sur { $site_name }.
reset_password_label = Nouveau mot de passe
reset_button = Enregistrer le nouveau mot de passe
reset_done = Votre mot de passe a été changé
reset_done_text = Reconnectez-vous avec le nouveau dans vos applis : elles ne connaissent encore que l’ancien.
reset_expired = Ce lien a expiré
reset_expired_text = Les liens pour choisir un mot de passe ne sont valables que pour une durée limitée. Demandez-en un nouveau à la personne qui gère { $site_name }.
reset_used = Ce lien a déjà servi
reset_used_text = Il ne change le mot de passe qu’une fois. Si ce n’était pas vous, prévenez la personne qui gère { $site_name }.
reset_unknown = Ce lien n’existe pas
reset_unknown_text = Il en manque peut-être une partie. Vérifiez que vous avez ouvert le lien en entier, ou demandez-en un nouveau.
reset_no_account = Ce compte n’existe plus
reset_no_account_text = Demandez de l’aide à la personne qui gère { $site_name }.

## Registration through a web form, confirmed by mail

confirm_title = Confirmer votre inscription
confirm_heading = Vous y êtes presque
confirm_text = Confirmez que vous souhaitez un compte sur { $site_name }.
confirm_code = Le code reçu par e-mail
confirm_failure = Cela n’a pas fonctionné
confirm_again = Saisir un autre code
confirm_unknown = Ce code n’est pas valable. Il a peut-être expiré, ou vous l’avez déjà utilisé : dans ce cas, votre compte est prêt et vous pouvez vous connecter. Sinon, inscrivez-vous à nouveau.
confirm_no_token = Saisissez le code reçu par e-mail.
confirm_name_taken = Entre-temps, quelqu’un d’autre a pris ce nom. Inscrivez-vous à nouveau avec un autre nom.
confirm_busy = Le serveur est très occupé. Attendez quelques secondes, puis réessayez.
confirm_failed = Un problème est survenu de notre côté. Réessayez dans quelques minutes.

## An app asks somebody to log in

login_title = Se connecter à { $site_name }
login_lead = Cette appli vous demande de vous connecter :
login_password_safe = L’appli ne voit pas votre mot de passe. Seul { $site_name } le voit.
login_password_label = Votre mot de passe
login_button = Me connecter
login_cancel = Annuler et revenir à l’appli
login_wrong = L’adresse de discussion ou le mot de passe est incorrect. Réessayez.
login_expired = Cela a pris trop de temps. Reconnectez-vous.
login_too_many = { $minutes ->
    [one] Trop de tentatives. Attendez une minute, puis réessayez.
   *[other] Trop de tentatives. Attendez { $minutes } minutes, puis réessayez.
}
login_busy = Le serveur est occupé. Réessayez dans quelques secondes.

## What the app may do

consent_title = Cette appli peut-elle utiliser votre compte ?
consent_name_hint = Les applis choisissent elles-mêmes leur nom. L’adresse montre d’où vient celle-ci.
consent_logged_in = Vous utilisez le compte
consent_not_you = Ce n’est pas vous ? Utiliser un autre compte
consent_scopes = Si vous l’autorisez, l’appli peut
consent_nothing = L’appli ne demande à voir ni vos messages ni vos contacts.
consent_policy = Ce que l’appli fait de vos données
consent_terms = Conditions d’utilisation de l’appli
consent_allow = Autoriser
consent_deny = Refuser

# These follow “If you allow it, the app can”
scope_openid = Savoir qui vous êtes
scope_openid_text = Votre adresse de discussion et le moment de votre connexion
scope_offline_access = Rester connectée
scope_offline_access_text = Même en votre absence, sans vous redemander
scope_xmpp = Utiliser tout votre compte
scope_xmpp_text = Lire et envoyer des messages en votre nom, voir et modifier vos contacts
# $role is the name of a role, as the server’s software has it
scope_role = Agir avec le rôle « { $role } »
scope_role_text = Faire tout ce que ce rôle permet sur { $site_name }

## A code to copy into the app

oob_title = Une dernière étape
oob_text = Copiez ce code dans { $client_name } et ne le montrez à personne d’autre. Vous pourrez ensuite fermer cette page.
oob_label = Votre code
oob_copy = Copier le code
oob_copied = Copié

## An app on another device, such as a television

device_title = Connecter un appareil
device_lead = Une appli sur un autre appareil veut se connecter à { $site_name } ? Saisissez le code qu’elle affiche.
device_label = Code
device_hint = Il ressemble à ceci : XXXX-XXXX
device_button = Continuer
device_unknown = Ce code est erroné ou a expiré. Comparez-le avec celui de votre appareil, ou recommencez sur celui-ci.
device_too_many = { $minutes ->
    [one] Trop de codes erronés. Attendez une minute, puis réessayez.
   *[other] Trop de codes erronés. Attendez { $minutes } minutes, puis réessayez.
}
device_confirm_title = Est-ce votre appareil ?
device_confirm_lead = Sur un autre appareil, cette appli veut se connecter avec votre compte :
device_confirm_code = Comparez le code. Votre appareil doit afficher celui-ci :
device_confirm_text = Ne continuez que s’il est identique et si vous venez de lancer vous-même cette connexion.
device_confirm_button = Oui, continuer
device_confirm_stop = Ce n’était pas vous, ou quelqu’un vous a envoyé le code ? Alors fermez cette page. Il ne s’est rien passé.
device_done = Votre appareil est connecté
device_done_text = Revenez à votre appareil : { $client_name } y prend le relais. Vous pouvez fermer cette page.

## The app cannot be let in

oauth_error_title = L’appli n’est pas connectée
oauth_error_request = Nous ne comprenons pas ce que l’appli demande. Il ne s’est rien passé : revenez à l’appli et réessayez, ou prévenez les personnes qui la développent.
oauth_error_client = Nous ne connaissons pas cette appli, ou plus maintenant. Revenez à l’appli et recommencez, ou prévenez les personnes qui la développent.
oauth_error_redirect = L’appli veut vous envoyer à un endroit qu’elle ne nous a pas indiqué. Par prudence, nous nous arrêtons ici : prévenez les personnes qui développent l’appli.
oauth_error_elsewhere = Ce formulaire a été envoyé depuis un autre site. Revenez à l’appli et recommencez.
oauth_error_form = Le formulaire est arrivé endommagé. Revenez en arrière et réessayez.
oauth_error_denied = Vous avez refusé. L’appli n’a rien reçu, et vous pouvez fermer cette page.
oauth_error_nothing = Votre compte ne peut rien donner à l’appli de ce qu’elle demande. Il ne s’est rien passé.
oauth_error_failed = Un problème est survenu de notre côté. Patientez un instant, puis réessayez.
oauth_error_details = Détails pour les personnes qui développent l’appli :
