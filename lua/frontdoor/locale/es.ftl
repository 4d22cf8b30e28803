# Spanish (español)

# Which way the script runs: ltr or rtl
direction = ltr

## At the foot of every page

about_xmpp = { $site_name } forma parte de XMPP, una red abierta para chatear. Como el correo electrónico, no pertenece a ninguna empresa en particular.

## The invitation

invite_title = Invitación a { $site_name }
invite_title_from = { $inviter } te invita a { $site_name }
invite_title_contact = { $inviter } quiere chatear contigo
invite_heading = Tienes una invitación para chatear en { $site_name }
invite_heading_from = { $inviter } te invita a chatear en { $site_name }
invite_lead = Elige una app, elige un nombre y empieza a chatear. La cuenta es gratis y nadie te pide tu número de teléfono.
invite_lead_from = En cuanto te unas, { $inviter } aparecerá en tus contactos y tú en los suyos. La cuenta es gratis y nadie te pide tu número de teléfono.
invite_lead_contact = Abre esta invitación en tu app de chat: { $inviter } aparecerá en tus contactos y tú en los suyos.
invite_reserved = La dirección de chat { $address } está reservada para ti.
invite_preview = Abre el enlace para elegir una app y unirte al chat.

# $platform is the name of an operating system, such as Android
app_recommended = Una buena app para { $platform }
platform_iOS = iPhone y iPad
platform_macOS = Mac
app_continue = Continuar con { $app }
app_elsewhere = Otros sitios donde conseguir { $app }
app_choose = Elige una app
app_others = Otras apps
app_other_devices = Apps para otros dispositivos
app_select = Elegir
have_app = Ya tengo una app
have_app_open = Si en este dispositivo hay una app para XMPP, puedes seguir en ella:
have_app_button = Abrir la invitación en mi app
have_app_register = O elige tu nombre y tu contraseña aquí, en el navegador, y úsalos en cualquier app:
register_here = Registrarme en el navegador
contact_open = Abrir en mi app de chat
contact_address = ¿No pasa nada? Entonces añade esta dirección a tus contactos en la app:
contact_no_app = Todavía no tengo una app de chat
contact_no_app_text = Estas apps sirven. También necesitas una cuenta; la app te ayuda a conseguirla.
qr_summary = Continuar en otro dispositivo
qr_text = Apunta a esta imagen con la cámara de tu teléfono o tableta para abrir allí la invitación.
qr_alternative = Código QR con la dirección de esta página

# What the apps are like, by their ids
about_app_conversations = Una app cuidada y fiable para Android, con llamadas, grupos y cifrado.
about_app_cheogram = Una app divertida para Android, con stickers, llamadas y muchos extras.
about_app_yaxim = Una app pequeña y sencilla que también funciona en teléfonos Android antiguos.
about_app_monal = Una app moderna y privada, hecha para iPhone, iPad y Mac.
about_app_siskin-im = Una app ligera para iPhone y iPad, con llamadas y videollamadas.
about_app_beagle-im = Una app ligera para Mac, con llamadas y videollamadas.
about_app_dino = Una app limpia y amable para Linux, con llamadas y envío de archivos.
about_app_gajim = Una app completa para tu ordenador, con grupos, envío de archivos y cifrado.
about_app_renga = Una app hecha para Haiku.

## An app that takes over the invitation

setup_title = Chatear en { $site_name } con { $app }
setup_install = Instala { $app }
setup_install_text = Consigue { $app } en uno de estos sitios y luego vuelve a esta página:
setup_open = Abre tu invitación
setup_open_text = Cuando tengas { $app } en tu dispositivo, este botón completará la configuración en la app:
setup_open_button = Aceptar la invitación en { $app }
setup_register = Crea tu cuenta
setup_register_text = Elige tu nombre y tu contraseña aquí, en el navegador, y luego inicia sesión con ellos en { $app }.
setup_fallback = ¿El botón no hace nada?
setup_fallback_text = Entonces elige tu nombre y tu contraseña aquí, en el navegador, e inicia sesión con ellos en la app.

## Invitations that cannot be used

invalid_unknown = Esta invitación no existe
invalid_unknown_text = Puede que falte una parte del enlace o que la invitación se haya retirado. Comprueba que abriste el enlace completo o pide otra invitación.
invalid_expired = Esta invitación ha caducado
invalid_expired_text = Las invitaciones solo valen por un tiempo limitado. Pide otra a la persona que te la envió.
invalid_used = Esta invitación ya se ha usado
invalid_used_text = Cada invitación sirve para una sola cuenta. Si fuiste tú, abre tu app e inicia sesión. Si no, pide otra invitación.
invalid_reset = Este enlace es para otra cosa
invalid_reset_text = Se creó para elegir una contraseña nueva, algo que este servidor no ofrece en la web. Pregunta a quien administra { $site_name }.
unknown_app = No conocemos esta app
unknown_app_text = Vuelve a la invitación y elige una de las apps que aparecen allí.
unknown_app_button = Volver a la invitación
page_failed = Algo ha salido mal
page_failed_text = Es culpa nuestra, no tuya. No se ha perdido nada: espera un momento y vuelve a intentarlo.

## The form

register_title = Crea tu cuenta en { $site_name }
register_lead = Solo hacen falta dos datos. Sirven en cualquier app y en todos tus dispositivos.
register_lead_from = Solo hacen falta dos datos. Después, { $inviter } aparecerá en tus contactos y tú en los suyos.
register_in_app = ¿Ya tienes { $app } en este dispositivo?
register_in_app_button = Continuar en { $app }
name_label = Elige tu nombre
name_reserved_label = Tu nombre
name_hint = Será tu dirección de chat:
name_example = tunombre
name_reserved_hint = Esta invitación es para { $address }.
password_label = Elige una contraseña
password_hint = Unas cuantas palabras seguidas son fáciles de recordar y difíciles de adivinar.
password_show = Mostrar la contraseña
password_hide = Ocultar la contraseña
register_button = Crear mi cuenta

rule_length = { $length ->
    [one] Al menos un carácter
   *[other] Al menos { $length } caracteres
}
rule_exclude_username = No contiene tu nombre
rule_common = No es una contraseña común
rule_strength = No es fácil de adivinar

## What is wrong with the form. The first three are known to operators’ own templates.

problem_fields = Rellena todos los campos, por favor.
problem_name_characters = Este nombre de usuario contiene caracteres no válidos.
problem_name_taken = Este nombre de usuario ya está en uso.
problem_name_missing = Elige un nombre.
problem_name_long = Este nombre es demasiado largo. Elige uno más corto.
problem_name_reserved = Esta invitación es solo para el nombre { $username }.
problem_name_reserved_taken = Este nombre ya está en uso. ¿Eres tú? Entonces abre tu app e inicia sesión. Si no, pide una nueva invitación.
problem_name_free = Estos están libres:
problem_password_no_password = Elige una contraseña.
problem_password_characters = La contraseña tiene caracteres que no se pueden usar en una contraseña.
problem_title = Revisa esto, por favor
# The rules of the password policy, by their names
problem_password_length = La contraseña es demasiado corta (mínimo de caracteres: { $length }).
problem_password_max_length = La contraseña es demasiado larga (máximo de caracteres: { $max_length }).
problem_password_username = La contraseña no debe contener tu nombre de usuario.
problem_password_common = Mucha gente usa esta contraseña. Elige otra.
problem_password_strength = Esta contraseña es fácil de adivinar. Hazla más larga o menos común.

## The account is there

success_title = Te damos la bienvenida a { $site_name }
success_heading = Tu cuenta está lista
success_text = Has creado una cuenta en { $site_name }.
success_address = Tu dirección de chat
success_keep = Guarda bien tu contraseña: nadie puede leerla en el servidor y nadie te la pedirá nunca.
success_install = Consigue { $app }
success_install_text = ¿Aún no la tienes? Aquí está:
success_login = Inicia sesión en { $app }
success_login_text = Abre { $app } e inicia sesión con tu dirección de chat y tu contraseña.
success_any = Abre cualquier app para XMPP e inicia sesión con tu dirección de chat y tu contraseña.
success_webchat = Chatear en el navegador
success_webchat_text = ¿No tienes una app a mano? Inicia sesión en el chat web:
success_share = Haz que tus amistades te encuentren
success_share_text = Quien ya tenga una app de chat puede apuntar con la cámara a esta imagen o abrir tu dirección de chat como un enlace:
success_qr_alternative = Código QR con tu dirección de chat

## Registration did not work

error_title = El registro no ha funcionado
error_denied = El registro no está permitido.
error_elsewhere = Este formulario se envió desde otro sitio web. Vuelve a abrir tu invitación y rellena el formulario allí.
error_throttled = Demasiados intentos desde tu red. Espera unos minutos y vuelve a intentarlo.
error_busy = El servidor está ocupado. Vuelve atrás e inténtalo de nuevo en unos segundos.
# $id is a short code for the server’s log
error_failed = Se ha producido un error desconocido ({ $id })
error_failed_text = Es culpa nuestra, no tuya. Vuelve a intentarlo o comunica este código a quien administra { $site_name }.
error_back = Volver a la invitación

## A new password

reset_title = Elegir una contraseña nueva
reset_heading = Elige una contraseña nueva
reset_lead = Para tu cuenta { $address } en { $site_name }.
reset_password_label = Contraseña nueva
reset_button = Guardar la contraseña nueva
reset_done = Tu contraseña se ha cambiado
reset_done_text = Vuelve a iniciar sesión con ella en tus apps: todavía tienen la anterior.
reset_expired = Este enlace ha caducado
reset_expired_text = Los enlaces para elegir una contraseña solo valen por un tiempo limitado. Pide otro a quien administra { $site_name }.
reset_used = Este enlace ya se ha usado
reset_used_text = Solo cambia la contraseña una vez. Si no fuiste tú, avisa a quien administra { $site_name }.
reset_unknown = Este enlace no existe
reset_unknown_text = Puede que falte una parte. Comprueba que abriste el enlace completo o pide otro.
reset_no_account = Esta cuenta ya no existe
reset_no_account_text = Pide ayuda a quien administra { $site_name }.

## Registration through a web form, confirmed by mail

confirm_title = Confirma tu registro
confirm_heading = Ya casi está
confirm_text = Confirma que quieres una cuenta en { $site_name }.
confirm_code = El código del correo que recibiste
confirm_failure = No ha funcionado
confirm_again = Introducir otro código
confirm_unknown = Este código no es válido. Puede que haya caducado o que ya lo hayas usado: en ese caso tu cuenta está lista y puedes iniciar sesión. Si no, regístrate de nuevo.
confirm_no_token = Introduce el código del correo que recibiste.
confirm_name_taken = Entretanto, otra persona ha elegido este nombre. Regístrate de nuevo con otro nombre.
confirm_busy = El servidor está muy ocupado. Espera unos segundos e inténtalo de nuevo.
confirm_failed = Algo ha fallado por nuestra parte. Inténtalo de nuevo dentro de unos minutos.

## An app asks somebody to log in

login_title = Inicia sesión en { $site_name }
login_lead = Esta app te pide que inicies sesión:
login_password_safe = La app no ve tu contraseña. Solo la ve { $site_name }.
login_password_label = Tu contraseña
login_button = Iniciar sesión
login_cancel = Cancelar y volver a la app
login_wrong = La dirección de chat o la contraseña no es correcta. Vuelve a intentarlo.
login_expired = Ha pasado demasiado tiempo. Vuelve a iniciar sesión, por favor.
login_too_many = { $minutes ->
    [one] Demasiados intentos. Espera un minuto y vuelve a intentarlo.
   *[other] Demasiados intentos. Espera { $minutes } minutos y vuelve a intentarlo.
}
login_busy = El servidor está ocupado. Inténtalo de nuevo en unos segundos.

## What the app may do

consent_title = ¿Puede esta app usar tu cuenta?
consent_name_hint = Las apps eligen su propio nombre. La dirección muestra de dónde viene esta.
consent_logged_in = Has iniciado sesión como
consent_not_you = ¿No eres tú? Usar otra cuenta
consent_scopes = Si lo permites, la app puede
consent_nothing = La app no pide ver tus mensajes ni tus contactos.
consent_policy = Qué hace la app con tus datos
consent_terms = Condiciones de uso de la app
consent_allow = Permitir
consent_deny = No permitir

# These follow “If you allow it, the app can”
scope_openid = Saber quién eres
scope_openid_text = Tu dirección de chat y cuándo iniciaste sesión
scope_offline_access = Seguir conectada
scope_offline_access_text = También cuando no estés, sin volver a preguntarte
scope_xmpp = Usar toda tu cuenta
scope_xmpp_text = Leer y enviar mensajes en tu nombre, ver y cambiar tus contactos
# $role is the name of a role, as the server’s software has it
scope_role = Actuar con el rol «{ $role }»
scope_role_text = Hacer todo lo que este rol permite en { $site_name }

## A code to copy into the app

oob_title = Un último paso
oob_text = Copia este código en { $client_name } y no se lo enseñes a nadie más. Después puedes cerrar esta página.
oob_label = Tu código
oob_copy = Copiar el código
oob_copied = Copiado

## An app on another device, such as a television

device_title = Conectar un dispositivo
device_lead = ¿Una app en otro dispositivo quiere iniciar sesión en { $site_name }? Introduce el código que muestra.
device_label = Código
device_hint = Tiene este aspecto: XXXX-XXXX
device_button = Continuar
device_unknown = Este código no es correcto o ha caducado. Compáralo con el de tu dispositivo o empieza allí de nuevo.
device_too_many = { $minutes ->
    [one] Demasiados códigos erróneos. Espera un minuto y vuelve a intentarlo.
   *[other] Demasiados códigos erróneos. Espera { $minutes } minutos y vuelve a intentarlo.
}
device_confirm_title = ¿Es este tu dispositivo?
device_confirm_lead = En otro dispositivo, esta app quiere iniciar sesión con tu cuenta:
device_confirm_code = Compara el código. Tu dispositivo tiene que mostrar este:
device_confirm_text = Continúa solo si es el mismo y si acabas de empezar esto por tu cuenta.
device_confirm_button = Sí, continuar
device_confirm_stop = ¿No fuiste tú, o alguien te envió el código? Entonces cierra esta página. No ha pasado nada.
device_done = Tu dispositivo está conectado
device_done_text = Vuelve a tu dispositivo: { $client_name } sigue allí. Puedes cerrar esta página.

## The app cannot be let in

oauth_error_title = La app no está conectada
oauth_error_request = No entendemos lo que pide la app. No ha pasado nada: vuelve a la app e inténtalo de nuevo, o avisa a quienes la desarrollan.
oauth_error_client = No conocemos esta app, o ya no. Vuelve a la app y empieza de nuevo, o avisa a quienes la desarrollan.
oauth_error_redirect = La app quiere enviarte a un sitio que no nos ha indicado. Por seguridad, nos detenemos aquí: avisa a quienes desarrollan la app.
oauth_error_elsewhere = Este formulario se envió desde otro sitio web. Vuelve a la app y empieza allí de nuevo.
oauth_error_form = El formulario ha llegado dañado. Vuelve atrás e inténtalo de nuevo.
oauth_error_denied = Has dicho que no. La app no ha recibido nada y puedes cerrar esta página.
oauth_error_nothing = Tu cuenta no puede darle a la app nada de lo que pide. No ha pasado nada.
oauth_error_failed = Algo ha fallado por nuestra parte. Espera un momento y vuelve a intentarlo.
oauth_error_details = Detalles para quienes desarrollan la app:
